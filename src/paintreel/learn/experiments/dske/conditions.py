"""What the DSKE experiment compares, on the medium of a picture.

Paper: Wu and Chen 2022, section 6: "the data enhancement process of the samples can effectively
improve the classification accuracy; the effect of the parameters of the dual-core compressed
activation module [...] is verified, and a good set of module configuration parameters is obtained".
It prints none of the figures. A condition says only what it changes of FULL.
"""

from __future__ import annotations

from typing import Any

from paintreel.learn.experiments.conditions import REFERENCE, SYSTEM, Claim, Condition
from paintreel.learn.models.dske import KERNEL_PAIRS, STAGES, DSKEConfig

FULL, DISTILLED, PLAIN = "dske", "distilled", "plain"
STATISTICS, COLOURS, BUNDLED = "efficientnet", "colours", "shipped"
NETWORK = "network"
"""System of the conditions that train one."""

REDUCTIONS = (4, 8, 16)
TEACHER_WEIGHT = 0.7

STUDIES = {
    "kernel": "kernels of the module",
    "reduction": "reduction of the squeeze",
    "place": "stages with the module",
    "enhancement": "data enhancement",
}
"""Groups of conditions that change one thing of FULL, and what it is."""


def is_network(condition: Condition) -> bool:
    """Whether a DSKE network is trained for it."""
    return condition.system == NETWORK


def _systems() -> list[Condition]:
    teacher = {"teacher_weight": TEACHER_WEIGHT}
    return [
        Condition(FULL, "DSKE from scratch", NETWORK, SYSTEM),
        Condition(DISTILLED, "DSKE, taught by the shipped head", NETWORK, SYSTEM, teacher),
        Condition(PLAIN, "the same network without the module", NETWORK, SYSTEM, {"places": []}),
        Condition(
            STATISTICS,
            "frozen EfficientNet-Lite0, logistic regression",
            STATISTICS,
            SYSTEM,
            is_fixed=True,
        ),
        Condition(COLOURS, "colour histogram, logistic regression", COLOURS, SYSTEM, is_fixed=True),
        Condition(BUNDLED, "the shipped head (eight classes)", BUNDLED, REFERENCE),
    ]


def _studies() -> list[Condition]:
    usual = DSKEConfig()
    rows: list[tuple[str, str, str, dict[str, Any]]] = [
        (f"kernels_{a}_{b}", f"kernels {a} and {b}", "kernel", {"kernels": [a, b]})
        for a, b in KERNEL_PAIRS
        if (a, b) != usual.kernels
    ]
    rows += [
        (f"reduction_{r}", f"reduction {r}", "reduction", {"reduction": r})
        for r in REDUCTIONS
        if r != usual.reduction
    ]
    rows += [
        (f"in_{place}", f"in the {place} stage alone", "place", {"places": [place]})
        for place in STAGES
    ]
    enhances = {"learning": {"enhances": False}}
    rows += [("no_enhancement", "without data enhancement", "enhancement", enhances)]
    return [Condition(name, title, NETWORK, group, c) for name, title, group, c in rows]


CONDITIONS = {c.name: c for c in (*_systems(), *_studies())}

CLAIMS = (
    Claim(FULL, PLAIN, "choosing between two kernels helps"),
    Claim(FULL, "no_enhancement", "data enhancement helps"),
    Claim(DISTILLED, FULL, "a teacher helps"),
    Claim(FULL, COLOURS, "the network sees more than colours"),
    Claim(STATISTICS, DISTILLED, "features of ImageNet are better than what is learnt here"),
    *(
        Claim(FULL, c.name, f"better than {c.title}")
        for c in _studies()
        if c.group != "enhancement"
    ),
)
