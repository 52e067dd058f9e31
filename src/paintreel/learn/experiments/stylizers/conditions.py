"""What the experiment on stylizers compares, and the claims that are tested.

Paper: Wu and Chen 2022, section 4 and 5.2: FSGAN (scenes) and AFGAN (portraits) beside the anime
stylizers of their time. Our AFGAN is not compared: of it the product uses the attention alone.

All that are trained get the same photographs, panels, crops, batches, steps and seed; a condition
says only what it changes. No condition but `fsgan_steady` has a term that steadies it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from paintreel.learn.experiments.conditions import REFERENCE, SYSTEM, Claim, Condition

OURS = "fsgan"
TAUGHT, ABLATION, BUNDLED = "taught", "ablation", "bundled"
PHOTOGRAPHS = "photographs"

PEERS: Mapping[str, tuple[str, float]] = {
    "ugatit": ("U-GAT-IT, light", 10.0),
    "animegan2": ("AnimeGANv2", 300.0),
    "animegan3": ("AnimeGANv3", 50.0),
    "whitebox": ("White-box", 10.0),
}
"""System -> title, and the weight of our teacher where it is taught: that of its own largest term
on
pictures or features (of White-box, whose terms are features alone, ten times theirs)."""

SHIPPED: Mapping[str, str] = {
    "hereva": "hereva, as it comes (FSGAN)",
    "hereva-portrait": "hereva-portrait, as it comes (FSGAN; faces by rule)",
}
"""Bundled style -> title. AFGAN's own picture is in no row: `stylize.portraits` never shows it."""


def taught_name(system: str) -> str:
    """The name of a peer with our teacher."""
    return f"{system}_{TAUGHT}"


def _row(name: str, title: str, system: str, group: str, **changes: Any) -> Condition:
    return Condition(name, title, system, group, changes, is_fixed=group == BUNDLED)


_ROWS = (
    Condition(PHOTOGRAPHS, "the photographs themselves", PHOTOGRAPHS, REFERENCE),
    _row(OURS, "FSGAN", OURS, SYSTEM, shares={"stable": 0.0}),
    *(_row(name, title, name, SYSTEM) for name, (title, _weight) in PEERS.items()),
    *(
        _row(taught_name(name), f"{title}, our teacher", name, TAUGHT, taught=weight)
        for name, (title, weight) in PEERS.items()
    ),
    _row("fsgan_steady", "FSGAN, steadied in training", OURS, ABLATION),
    *(_row(name, title, name, BUNDLED) for name, title in SHIPPED.items()),
)

CONDITIONS: Mapping[str, Condition] = {row.name: row for row in _ROWS}
"""Every condition by its name, in the order of the tables."""

CLAIMS: tuple[Claim, ...] = tuple(
    Claim(OURS, name, f"FSGAN is ahead of {CONDITIONS[name].title}")
    for peer in PEERS
    for name in (peer, taught_name(peer))
)


def is_trained(condition: Condition) -> bool:
    """Whether a network is trained for it."""
    return condition.group in (SYSTEM, TAUGHT, ABLATION)
