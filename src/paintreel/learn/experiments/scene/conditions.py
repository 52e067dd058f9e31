"""What the scene experiment compares: systems, ablations, and the pairs that are tested.

Paper: seed 000, sections 4.1 (five models) and "Approach to the ablation study". All networks get
the same panels, crops, roughs and budget; a condition says only what it changes.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from paintreel.errors import InputError
from paintreel.learn.systems import SCENE_NETWORKS

FULL = "mffcn"
ROUGH, TRUTH = "rough", "truth"
"""The block-in itself, and the painting: rows to compare with, which nobody made."""

AUGMENTATIONS = ("flip", "colour", "rotate", "blur", "cutout", "lines", "tones")


@dataclass(frozen=True)
class Condition:
    """One row of the tables.

    system: a network of `learn.systems`, svmm, grbm, or a row nobody made.
    group: system, reference, ablation, fusion or augmentation.
    changes: of `SceneSettings`, as a recipe has them.
    """

    name: str
    title: str
    system: str
    group: str
    changes: dict[str, Any] = field(default_factory=dict)

    @property
    def is_network(self) -> bool:
        return self.system in SCENE_NETWORKS

    @property
    def varies(self) -> bool:
        """Whether another trial gives another result."""
        return self.group != "reference"


@dataclass(frozen=True)
class Contrast:
    """A pair to test: `first` ought to be better than `second`, which `claim` says in words."""

    first: str
    second: str
    claim: str


def _systems() -> list[Condition]:
    titles = {"mffcn": "MFFCN", "cdlm": "CDLM", "osdlm": "OSDLM", "pix2pixhd": "pix2pixHD-like"}
    networks = [Condition(name, title, name, "system") for name, title in titles.items()]
    others = [Condition(name, name.upper(), name, "system") for name in ("svmm", "grbm")]
    rows = {ROUGH: "the block-in itself", TRUTH: "the painting"}
    return networks + others + [Condition(n, t, n, "reference") for n, t in rows.items()]


def _ablations() -> list[Condition]:
    no_attention = ["attention"]
    single = ["attention", "multi_scale"]
    steps = [
        ("single_scale", "single-scale CNN", {"without": single, "adversary": 0.0}),
        ("multi_scale", "multi-scale", {"without": no_attention, "adversary": 0.0}),
        ("attention", "multi-scale + attention", {"adversary": 0.0}),
        ("gan_alone", "multi-scale + GAN, no attention", {"without": no_attention}),
    ]
    found = [Condition(name, title, FULL, "ablation", changes) for name, title, changes in steps]
    found += [
        Condition(f"fusion_{where}", f"{where} fusion", FULL, "fusion", {"fusion": where})
        for where in ("early", "late")
    ]
    found += [
        Condition(
            f"no_{switch}",
            f"without {switch}",
            FULL,
            "augmentation",
            {"pairs": {"variation": {switch: 0.0}}},
        )
        for switch in AUGMENTATIONS
    ]
    return found


CONDITIONS = {c.name: c for c in (*_systems(), *_ablations())}
GROUPS = ("system", "ablation", "fusion", "augmentation")

CONTRASTS = (
    Contrast("multi_scale", "single_scale", "parallel kernels help"),
    Contrast("attention", "multi_scale", "attention helps"),
    Contrast(FULL, "attention", "the adversary helps"),
    Contrast(FULL, "gan_alone", "attention helps beside the adversary"),
    Contrast(FULL, "single_scale", "all parts together help"),
    Contrast(FULL, "fusion_early", "mid fusion is better than early"),
    Contrast(FULL, "fusion_late", "mid fusion is better than late"),
    *(Contrast(FULL, f"no_{s}", f"the switch '{s}' of Fig. 2 helps") for s in AUGMENTATIONS),
)
"""Within the ablations; systems are each tested against FULL."""


def choose_conditions(names: Sequence[str] | None) -> tuple[Condition, ...]:
    """Conditions by name or by group, in the order of CONDITIONS; None for all.

    The references are always among them. Raises InputError, naming the nearest, for others.
    """
    if names is None:
        return tuple(CONDITIONS.values())
    wanted = set()
    for name in names:
        members = {c.name for c in CONDITIONS.values() if name in (c.name, f"{c.group}s")}
        if not members:
            known = [*CONDITIONS, *(f"{g}s" for g in GROUPS)]
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(known)}"
            raise InputError(f"the experiment has no {name!r}; {hint}")
        wanted |= members
    references = {c.name for c in CONDITIONS.values() if c.group == "reference"}
    return tuple(c for c in CONDITIONS.values() if c.name in wanted | references)
