"""A plausible new identity from any seed.

What one sees first, kind, hair, colours, is dealt out so that seeds in a row differ; proportions
are drawn round what goes with age and build.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np

from paintreel.drawing.random_streams import RandomStreams
from paintreel.errors import InputError
from paintreel.options import MAX_SEED
from paintreel.rig.identity import (
    CharacterPalette,
    Clothes,
    Features,
    Hair,
    Identity,
    Proportions,
    choices_of,
    range_of,
)

__all__ = ["identity_of_seed"]

_KINDS = ("girl", "woman", "boy", "man", "old woman", "old man", "elf", "creature", "girl", "boy")
_SKINS = (
    "#f7d7bd",
    "#f3c9a5",
    "#e9b48c",
    "#d99f73",
    "#c08357",
    "#a06a45",
    "#7d4f34",
    "#5f3b2a",
    "#f2cdb6",
)
_COATS = (
    "#6f8f6a", "#5f8f9a", "#a8744a", "#8a6aa0", "#c98f4a", "#7d8697", "#b5584f", "#4f6f8f",
    "#d8c6a0",
    "#5c5560",
)  # fmt: skip
_HAIRS = (
    "#2b2226", "#4a2f22", "#6b4226", "#8f5a2c", "#b9772f", "#d8b06a", "#a63f24", "#3a3a4a",
    "#5a2a3a",
    "#e3cf9a",
)  # fmt: skip
_BRIGHT_HAIRS = ("#3f6f8f", "#7d4a8f", "#4f8f6f", "#d06a8a", "#c9d2dc")
_GREYS = ("#d9d4cf", "#b9b5b2", "#8f8b8a", "#efece4")
_IRISES = ("#4c7a4f", "#5a3f26", "#3f6a96", "#7a5a2a", "#4f8f8f", "#6f5f8f", "#39302c", "#8a8f4a")
_BEAST_IRISES = ("#e0a934", "#9fd04a", "#e86a3a", "#6ad0c8", "#d0506a")
_OUTFITS = (
    ("#5b4a86", "#f3e8d4", "#c8a04f", "#d6573f"), ("#8c3f3b", "#efe4cf", "#c9a25a", "#3f6b6f"),
    ("#3f6b58", "#e9dcc0", "#d2b15c", "#d98a2e"), ("#35506f", "#e6e2d8", "#b98f45", "#c9503f"),
    ("#a8693a", "#f0e2c4", "#5f4632", "#3f7f8a"), ("#6d3f52", "#d8cbb0", "#b7975b", "#8f9f4a"),
    ("#4a4a55", "#c9c2b4", "#a33f3a", "#d9b04a"), ("#7f8f4f", "#f2ead2", "#6b4f35", "#c9603f"),
    ("#c48a94", "#f6ece0", "#8a5a6a", "#5f8f8a"), ("#d9c59a", "#8a5f42", "#5f7f6a", "#b8483c"),
    ("#2f5f66", "#e3d3b0", "#d9903f", "#8f3f5a"), ("#87506f", "#e9d9c6", "#46405f", "#e0a83f"),
)  # fmt: skip
"""Garment, second cloth, trim, accent."""


def identity_of_seed(seed: int) -> Identity:
    """The identity of a seed, 0 to 4294967295: the same on every machine. Raises InputError."""
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed <= MAX_SEED:
        raise InputError(f"seed is {seed!r}, expected a whole number from 0 to {MAX_SEED}")
    streams = RandomStreams(seed, "identity")
    kind = _KINDS[streams.pick("kind", len(_KINDS))]
    rng = streams.stream("features")
    features = _features(kind, rng)
    hair = _hair(kind, streams, rng)
    return Identity(
        name=f"seed-{seed}",
        title=f"{'an' if kind[0] in 'aeio' else 'a'} {kind}",
        proportions=_proportions(kind, streams.stream("proportions")),
        palette=_palette(kind, streams, hair),
        hair=hair,
        clothes=_clothes(kind, streams),
        features=features,
        accessories=_accessories(kind, hair, streams),
    )


_BUILDS: dict[str, dict[str, float]] = {
    "girl": {"head_width": 0.79, "jaw": 0.76, "chin": 0.27, "eye_height": 0.17, "eye_width": 0.24,
             "eye_openness": 0.23, "iris": 0.68, "brow_thickness": 0.05, "brow_height": 0.32,
             "nose_length": 0.29, "nose_width": 0.085, "mouth_height": 0.19, "mouth_width": 0.22,
             "neck_width": 0.23, "shoulders": 1.0, "bulk": 0.87, "lips": 0.25},
    "boy": {"head_width": 0.8, "jaw": 0.84, "chin": 0.34, "eye_height": 0.15, "eye_width": 0.215,
            "eye_openness": 0.21, "iris": 0.66, "brow_thickness": 0.08, "brow_height": 0.31,
            "nose_length": 0.31, "nose_width": 0.1, "mouth_height": 0.2, "mouth_width": 0.25,
            "neck_width": 0.25, "shoulders": 1.04, "bulk": 0.9, "lips": 0.05},
    "woman": {"head_width": 0.73, "jaw": 0.76, "chin": 0.28, "eye_height": 0.08, "eye_width": 0.2,
              "eye_openness": 0.165, "iris": 0.72, "eye_spacing": 0.34, "brow_thickness": 0.05,
              "brow_height": 0.28, "brow_arch": 0.75, "nose_length": 0.36, "nose_width": 0.09,
              "mouth_height": 0.21, "mouth_width": 0.24, "neck_width": 0.22, "shoulders": 1.15,
              "bulk": 0.88, "lips": 0.6, "neck_length": 0.36},
    "man": {"head_width": 0.74, "jaw": 0.94, "chin": 0.46, "chin_length": 0.06, "eye_height": 0.03,
            "eye_width": 0.17, "eye_openness": 0.125, "iris": 0.78, "eye_spacing": 0.33,
            "brow_thickness": 0.1, "brow_height": 0.25, "brow_arch": 0.25, "nose_length": 0.41,
            "nose_width": 0.13, "mouth_height": 0.22, "mouth_width": 0.27, "neck_width": 0.37,
            "shoulders": 1.45, "bulk": 1.08, "lips": 0.08, "neck_length": 0.3},
    "old woman": {"head_width": 0.77, "jaw": 0.9, "chin": 0.42, "chin_length": 0.04,
    "eye_height": 0.04,
                  "eye_width": 0.175, "eye_openness": 0.13, "iris": 0.78, "eye_spacing": 0.34,
                  "eye_tilt": -0.5, "brow_thickness": 0.05, "brow_height": 0.27, "nose_length": 0.4,
                  "nose_width": 0.16, "mouth_height": 0.22, "neck_width": 0.26, "shoulders": 1.1,
                  "bulk": 1.05, "lips": 0.2, "neck_length": 0.2, "ear": 1.2},
    "old man": {"head_width": 0.76, "jaw": 0.95, "chin": 0.45, "chin_length": 0.08,
    "eye_height": 0.0,
                "eye_width": 0.16, "eye_openness": 0.11, "iris": 0.8, "eye_spacing": 0.33,
                "eye_tilt": -0.55, "brow_thickness": 0.12, "brow_height": 0.25, "nose_length": 0.44,
                "nose_width": 0.19, "mouth_height": 0.23, "neck_width": 0.33, "shoulders": 1.3,
                "bulk": 1.08, "lips": 0.05, "neck_length": 0.2, "ear": 1.4},
    "elf": {"head_width": 0.71, "jaw": 0.72, "chin": 0.22, "chin_length": 0.04, "eye_height": 0.1,
            "eye_width": 0.23, "eye_openness": 0.18, "eye_tilt": 0.65, "iris": 0.74,
            "brow_thickness": 0.045, "brow_arch": 0.7, "nose_length": 0.34, "nose_width": 0.08,
            "mouth_width": 0.22, "neck_width": 0.21, "shoulders": 1.08, "bulk": 0.84, "lips": 0.35,
            "neck_length": 0.38},
    "creature": {"head_width": 0.92, "cheeks": 1.06, "jaw": 0.86, "chin": 0.4, "chin_length": -0.06,
                 "eye_height": 0.06, "eye_spacing": 0.42, "eye_width": 0.26, "eye_openness": 0.25,
                 "eye_tilt": 0.3, "iris": 0.78, "brow_thickness": 0.085, "brow_height": 0.34,
                 "nose_width": 0.14, "mouth_height": 0.17, "mouth_width": 0.3, "neck_width": 0.42,
                 "neck_length": 0.14, "shoulders": 1.15, "bulk": 1.08, "lips": 0.0},
}  # fmt: skip
_SPREAD = 0.11
"""Of a proportion, a share of its range: how far it strays."""


def _proportions(kind: str, rng: np.random.Generator) -> Proportions:
    base = replace(Proportions(), **_BUILDS[kind])
    values = {}
    for one in fields(Proportions):
        can = range_of(base, one.name)
        value = getattr(base, one.name) + float(rng.normal(0.0, _SPREAD)) * (can.high - can.low)
        values[one.name] = round(min(max(value, can.low), can.high), 3)
    # What would look like a mishap rather than a face.
    values["eye_openness"] = min(values["eye_openness"], 1.05 * values["eye_width"])
    values["eye_spacing"] = max(values["eye_spacing"], values["eye_width"] + 0.09)
    values["eye_spacing"] = min(
        values["eye_spacing"], 0.92 * values["head_width"] - values["eye_width"]
    )
    low = values["eye_height"] + values["nose_length"] + values["mouth_height"]
    most = 0.78 + values["chin_length"]
    if low > most:
        values["nose_length"] = max(0.15, values["nose_length"] - (low - most))
    values["brow_height"] = max(values["brow_height"], values["eye_openness"] + 0.09)
    values["jaw"] = max(values["jaw"], 0.6)
    values["chin"] = min(values["chin"], 0.8 * values["jaw"])
    names = {one.name for one in fields(Proportions)}
    for name in names:
        can = range_of(base, name)
        values[name] = min(max(values[name], can.low), can.high)
    return Proportions(**values)


def _features(kind: str, rng: np.random.Generator) -> Features:
    old = kind.startswith("old")
    wrinkles = rng.uniform(0.7, 1.0) if old else 0.0
    if kind == "creature":
        return Features(
            ears=_one(rng, "cat", "bear", "long", "fin", "cat"),
            nose=_one(rng, "animal", "animal", "none"),
            pupils=_one(rng, "slit", "round", "slit"),
            horns=_one(rng, "none", "nubs", "curved", "antlers"),
            lashes=0.1,
            fangs=float(rng.uniform(0.0, 0.9)),
            muzzle=float(rng.choice([0.0, 0.7, 0.9])),
            markings=_one(rng, "stripes", "spots", "none", "stripes"),
        )
    nose = {
        "girl": ("button",), "boy": ("button", "button", "straight"), "woman": ("straight",
            "button"),
        "man": ("straight", "broad", "straight"), "old woman": ("hooked", "broad"),
        "old man": ("hooked", "broad", "broad"), "elf": ("straight", "button"),
    }[kind]  # fmt: skip
    manly = kind in ("man", "old man")
    beards = ("full", "moustache", "goatee", "none", "full") if manly else ("none",)
    return Features(
        ears="pointed" if kind == "elf" else "round",
        nose=_one(rng, *nose),
        lashes={"girl": 0.6, "woman": 0.75, "elf": 0.5, "old woman": 0.15}.get(kind, 0.08),
        wrinkles=float(wrinkles),
        freckles=float(rng.choice([0.0, 0.0, rng.uniform(0.3, 1.0)])) * (not old),
        stubble=float(rng.uniform(0.0, 0.8)) if kind == "man" else 0.0,
        beard=_one(rng, *beards),
        markings=_one(rng, "none", "none", "paint") if kind == "elf" else "none",
    )


_STYLES = {
    "girl": ("long", "pigtails", "braid", "bob", "ponytail", "curly", "bun"),
    "woman": ("long", "bun", "ponytail", "bob", "curly", "braid", "short"),
    "boy": ("short", "spiky", "curly", "bob", "ponytail"),
    "man": ("short", "long", "spiky", "none", "mohawk", "curly"),
    "old woman": ("bun", "curly", "bob", "braid"),
    "old man": ("short", "none", "long", "curly"),
    "elf": ("long", "braid", "ponytail", "spiky", "mohawk"),
    "creature": ("fur", "fur", "mohawk", "spiky"),
}


def _hair(kind: str, streams: RandomStreams, rng: np.random.Generator) -> Hair:
    styles = _STYLES[kind]
    style = styles[streams.pick("hair", len(styles) * 3) % len(styles)]
    fringes = ["swept", "straight", "parted", "curtain", "tuft"]
    if style in ("none", "mohawk", "curly"):
        fringes = ["none"]
    elif style in ("fur", "spiky"):
        fringes = ["tuft", "tuft", "swept"]
    elif kind == "old man":
        fringes = ["none", "parted", "swept"]
    return Hair(
        style=style,
        fringe=fringes[streams.pick("fringe", 15) % len(fringes)],
        length=round(float(rng.uniform(0.1, 1.0)), 3),
        volume=round(float(rng.uniform(0.15, 1.0)), 3),
        wave=round(float(rng.uniform(0.0, 1.0)), 3),
        parting=round(float(rng.choice([-0.6, -0.3, 0.0, 0.3, 0.6])), 3),
    )


def _palette(kind: str, streams: RandomStreams, hair: Hair) -> CharacterPalette:
    rng = streams.stream("palette")
    outfit = _OUTFITS[streams.pick("outfit", len(_OUTFITS))]
    beast = kind == "creature"
    skins = _COATS if beast else _SKINS
    skin = skins[streams.pick("skin", len(skins))]
    hairs: tuple[str, ...] = _HAIRS + (_BRIGHT_HAIRS if kind in ("elf", "girl") else ())
    if kind.startswith("old"):
        hairs = _GREYS
    tone = hairs[streams.pick("hair colour", len(hairs))]
    if beast:
        tone = _COATS[
            (streams.pick("skin", len(skins)) + 1 + int(rng.integers(len(_COATS) - 1)))
            % len(_COATS)
        ]
    irises = _BEAST_IRISES if beast else _IRISES
    return CharacterPalette(
        skin=skin,
        hair=tone,
        iris=irises[streams.pick("iris", len(irises))],
        brows=_darker(tone, 0.72),
        lips=_darker(skin, 0.5) if beast else _mixed(skin, "#b8483f", 0.55),
        blush=_mixed(skin, "#e8604a", 0.5),
        cloth=skin if beast and rng.random() < 0.5 else outfit[0],
        second=outfit[1],
        trim=outfit[2],
        accent=outfit[3],
    )


def _clothes(kind: str, streams: RandomStreams) -> Clothes:
    rng = streams.stream("clothes")
    garments = [each for each in choices_of(Clothes(), "garment") if each != "fur"]
    garment = garments[streams.pick("garment", len(garments))]
    if kind == "creature" and rng.random() < 0.5:
        return Clothes(garment="fur", collar="none")
    collars = {
        "jacket": ("shirt", "high", "ruff"), "cardigan": ("round", "shirt", "vee"),
        "hoodie": ("hood",), "sweater": ("high", "round", "vee"), "tunic": ("round", "vee"),
        "robe": ("vee", "high", "ruff"),
    }[garment]  # fmt: skip
    patterns = {
        "sweater": ("stripes", "checks", "dots", "yoke"),
        "tunic": ("plain", "yoke", "dots"),
    }
    return Clothes(
        garment=garment,
        collar=_one(rng, *collars),
        pattern=_one(rng, *patterns.get(garment, ("plain", "plain", "stripes", "checks"))),
    )


def _accessories(kind: str, hair: Hair, streams: RandomStreams) -> tuple[str, ...]:
    rng = streams.stream("accessories")
    worn = []
    if rng.random() < (0.55 if kind.startswith("old") else 0.2):
        worn.append("glasses")
    heads = ["flower", "headband", "goggles", "eyepatch", "bow", "hat", "witch-hat", "cap"]
    high = hair.style in ("bun", "spiky", "mohawk", "curly", "fur")
    if high or kind == "creature":
        heads = ["flower", "headband", "goggles"]
    if rng.random() < 0.5:
        worn.append(heads[streams.pick("head", len(heads))])
    if worn[-1:] == ["eyepatch"] and "glasses" in worn:
        worn.remove("glasses")
    if rng.random() < 0.4:
        worn.append(_one(rng, "scarf", "necklace", "shawl" if kind == "old woman" else "scarf"))
    if rng.random() < 0.25 and kind not in ("boy", "creature"):
        worn.append("earrings")
    return tuple(worn)


def _one(rng: np.random.Generator, *words: str) -> str:
    return words[int(rng.integers(len(words)))]


def _rgb(text: str) -> Any:
    return np.array([int(text[i : i + 2], 16) for i in (1, 3, 5)], float)


def _hex(colour: Any) -> str:
    return "#" + "".join(f"{round(float(value)):02x}" for value in np.clip(colour, 0.0, 255.0))


def _darker(text: str, share: float) -> str:
    return _hex(_rgb(text) * share)


def _mixed(first: str, second: str, share: float) -> str:
    return _hex(_rgb(first) + share * (_rgb(second) - _rgb(first)))
