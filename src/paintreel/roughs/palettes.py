"""Palettes by name: eight colours each, with the share of a picture that each may have."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from paintreel.errors import InputError
from paintreel.imaging.arrays import Array
from paintreel.near_names import did_you_mean, near_names

__all__ = ["PALETTES", "palette_for", "palette_named"]

PALETTES: Mapping[str, str] = {
    "story": "c7e0ea f0d2ae 8aa867 b58a5a 5d4636 6f93b0 c4745a 353a48",
    "dawn": "f6d9b8 e9b7a0 c98b9b 8f7aa3 5d6a94 f3ead9 3f4a68 e57f5f",
    "day": "bfe0f2 f5efdc 8fc07a e8c58d 4f8fbf d9795d fbf9f2 54604f",
    "dusk": "e7a36f b5657a 6d4b7d 3b3f6b f2c98f 8a3f4f 262b47 f7e7c6",
    "night": "1f2a4d 32406e 4f6191 131a33 7f8fb5 c9b679 2d2340 e9e4c8",
    "forest": "5f8a4c 2f5b3d a9bf6a c8b789 7a5a3c 1f3a2f e9e4c2 b3543a",
    "sea": "5fb0bf 2b7a94 bfe3e0 174a66 f1e6c8 e3b07a 8fd0c4 f7f7f2",
    "desert": "e9c48d d49a62 b96b45 f6e6c6 7f4a35 a8b7b3 4f3a33 5f8fa3",
    "winter": "e6eef5 b9cddf 8aa4bf f9fbfc 5a708c 39485f c9b7a8 a85a55",
    "autumn": "d98a3d b3522e f0c56a 7a3b2a 8a8a4a 4a3528 f3e3c3 5f6f7a",
    "candy": "f7b6c8 a8d8ea fcebb6 c7b3e5 f08a8a 8fd3b0 fff6f2 6a6fa8",
    "sepia": "e8d8bd c7a981 9c7a55 f5ecdc 6f5238 463324 b8936a 2c2018",
    "noir": "d9d9d6 9a9a99 5f6062 f3f2ee 36383b 17181a 7b7471 b43a33",
}
"""Name -> colours, that with the largest share first."""

USUAL = "story"
"""Sky, skin, leaves, wood: what most drawings hold."""
_OF_LABELS = {
    "forest": "forest",
    "interior": "autumn",
    "water": "sea",
    "night_sky": "night",
    "open_land": "day",
    "settlement": "story",
}
_OTHERS = ("story", "day", "forest", "dawn", "sea", "autumn", "candy", "dusk", "winter")

_SHARES = np.array([0.26, 0.19, 0.15, 0.12, 0.10, 0.08, 0.06, 0.04], np.float32)


def palette_named(name: str) -> Array:
    """(8, 4) float32, RGB in [0, 1] and share. Raises InputError, naming the nearest."""
    text = PALETTES.get(name.strip().lower())
    if text is None:
        near = near_names(name.lower(), PALETTES)
        hint = did_you_mean(near) if near else f"there are {', '.join(PALETTES)}"
        raise InputError(f"no palette is called {name!r}, and no such picture is there; {hint}")
    rgb = np.array([[int(c[k : k + 2], 16) for k in (0, 2, 4)] for c in text.split()], np.float32)
    return np.column_stack([rgb / 255, _SHARES]).astype(np.float32)


def palette_for(label: str | None, seed: int | None) -> Array:
    """(8, 4) float32, as of `palette_named`: what suits a drawing of which no colour is known.

    label  of a category; None: any
    seed   another palette for most seeds, where no label is given; None: the usual one
    """
    if label is not None:
        return palette_named(_OF_LABELS.get(label, USUAL))
    return palette_named(USUAL if seed is None else _OTHERS[seed % len(_OTHERS)])
