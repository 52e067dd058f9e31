"""What the scene experiment compares: systems, ablations, and the claims that are tested.

Paper: Liu and Zhao 2025, "MFFCN-GAN: Multi-Scale Feature Fusion CNN with GAN for Automated Artistic
Scene Generation in Film Animation", sections 4.1 (five models) and "Approach to the ablation
study". All networks get the same panels, crops, roughs and budget; a condition says only what it
changes.
"""

from __future__ import annotations

from typing import Any

from paintreel.learn.data.rough_variation import SWITCHES
from paintreel.learn.experiments.conditions import REFERENCE, SYSTEM, Claim, Condition
from paintreel.learn.systems import SCENE_NETWORKS

FULL = "mffcn"
ROUGH, TRUTH = "rough", "truth"
"""The block-in itself, and the painting: rows to compare with, which nobody made."""

ABLATIONS = ("ablation", "fusion", "augmentation")
"""Groups of conditions that change one thing of FULL."""

_TITLES = {"pix2pixhd": "pix2pixHD-like"}
_NO_NETWORKS = ("svmm", "grbm")


def is_network(condition: Condition) -> bool:
    """Whether a scene network is trained for it."""
    return condition.system in SCENE_NETWORKS


def _systems() -> list[Condition]:
    systems = [
        Condition(name, _TITLES.get(name, name.upper()), name, SYSTEM)
        for name in (*SCENE_NETWORKS, *_NO_NETWORKS)
    ]
    rows = {ROUGH: "the block-in itself", TRUTH: "the painting"}
    return systems + [Condition(n, t, n, REFERENCE) for n, t in rows.items()]


def _ablations() -> list[Condition]:
    no_attention = ["attention"]
    single = ["attention", "multi_scale"]
    steps: list[tuple[str, str, dict[str, Any]]] = [
        ("single_scale", "single-scale CNN", {"without": single, "adversary": 0.0}),
        ("multi_scale", "multi-scale", {"without": no_attention, "adversary": 0.0}),
        ("attention", "multi-scale + attention", {"adversary": 0.0}),
        ("gan_alone", "multi-scale + GAN, no attention", {"without": no_attention}),
    ]
    conditions = [
        Condition(name, title, FULL, "ablation", changes) for name, title, changes in steps
    ]
    conditions += [
        Condition(f"fusion_{where}", f"{where} fusion", FULL, "fusion", {"fusion": where})
        for where in ("early", "late")
    ]
    conditions += [
        Condition(
            f"no_{switch}",
            f"without {switch}",
            FULL,
            "augmentation",
            {"pairs": {"variation": {switch: 0.0}}},
        )
        for switch in SWITCHES
    ]
    return conditions


CONDITIONS = {c.name: c for c in (*_systems(), *_ablations())}

CLAIMS = (
    Claim("multi_scale", "single_scale", "parallel kernels help"),
    Claim("attention", "multi_scale", "attention helps"),
    Claim(FULL, "attention", "the adversary helps"),
    Claim(FULL, "gan_alone", "attention helps beside the adversary"),
    Claim(FULL, "single_scale", "all parts together help"),
    Claim(FULL, "fusion_early", "mid fusion is better than early"),
    Claim(FULL, "fusion_late", "mid fusion is better than late"),
    *(Claim(FULL, f"no_{s}", f"varying by '{s}' helps") for s in SWITCHES),
)
"""Within the ablations; systems are each tested against FULL."""
