"""What the scene experiment compares: systems, ablations, and the claims that are tested.

Paper: Liu and Zhao 2025, "MFFCN-GAN: Multi-Scale Feature Fusion CNN with GAN for Automated Artistic
Scene Generation in Film Animation", sections 4.1 (five models) and "Approach to the ablation
study". All networks get the same panels, crops, roughs, budget and rates; a condition says only
what it changes. In the main table every network paints a change onto the block-in, in a second one
every network paints all pixels anew.
"""

from __future__ import annotations

from typing import Any

from paintreel.learn.data.rough_variation import SWITCHES
from paintreel.learn.experiments.conditions import REFERENCE, SYSTEM, Claim, Condition
from paintreel.learn.models.scene_network import RESIDUAL, WITHHELD
from paintreel.learn.systems import SCENE_NETWORKS

FULL = "mffcn"
ROUGH, TRUTH = "rough", "truth"
"""The block-in itself, and the painting: rows to compare with, which nobody made."""

PEER = "peer"
"""Group of other layouts of the paper's systems."""

REPAINT = "repaint"
"""Group of the networks that paint every pixel anew; NETWORK_anew is that of NETWORK."""

ABLATIONS = ("ablation", "fusion", "augmentation")
"""Groups of conditions that change one thing of FULL."""

PUBLISHED = "published"
"""Group of the paper's own configuration, and of what stands beside it on the same crops."""

WORD = "word"
"""Group of pictures from a word and a seed, which have no true picture, at one small size."""

FROM_NOISE = ("attngan", "stylegan")
"""What paints them of noise; comparators of the experiment alone."""

FULL_OF_WORDS, TRUTH_OF_WORDS = "mffcn_words", "truth_words"

LOOK_TRIALS = 3
"""Trainings of the ablations that are no keys, and of the paper's configuration."""

_TITLES = {"pix2pixhd": "pix2pixHD-like"}
_NO_NETWORKS = ("svmm", "grbm")

_PAPERS_ADVERSARY: dict[str, Any] = {
    "adversary": 1.0,
    "adversary_from": 0.0,
    "ramp": 0.0,
    "whole_norm": True,
}
_PAPERS_CROPS = {"crop_px": 128, "batch": 8}
PAPERS_SETTINGS: dict[str, Any] = {
    **_PAPERS_ADVERSARY,
    "preset": "paper",
    "late_rate": 2e-4,  # without a fall the only one that counts
    "fall": 0.0,
    "fan_in": 0.0,
    "momentum": 0.5,
    "clip": 0.0,
    "reconstruct": 0.0,
    "penalty_every": 1,
    "pairs": _PAPERS_CROPS,
}
"""The paper's configuration, on crops that a processor can take."""


def is_rated(condition: Condition) -> bool:
    """Whether blind raters see it: the paper's systems, and the painting hidden among them."""
    return condition.group == SYSTEM or condition.name == TRUTH


def is_network(condition: Condition) -> bool:
    """Whether a scene network is trained for it."""
    return condition.system in SCENE_NETWORKS


def _title(system: str) -> str:
    return _TITLES.get(system, system.upper())


def _systems() -> list[Condition]:
    systems = [
        Condition(name, _title(name), name, SYSTEM) for name in (*SCENE_NETWORKS, *_NO_NETWORKS)
    ]
    skips = {"variants": ["skips"]}
    systems.append(Condition("cdlm_skips", "CDLM with skips", "cdlm", PEER, skips))
    anew = {"without": [RESIDUAL]}
    systems += [
        Condition(f"{name}_anew", f"{_title(name)}, all anew", name, REPAINT, anew)
        for name in SCENE_NETWORKS
    ]
    rows = {ROUGH: "the block-in itself", TRUTH: "the painting"}
    return systems + [Condition(n, t, n, REFERENCE) for n, t in rows.items()]


def _ablations() -> list[Condition]:
    no_attention = ["attention"]
    single = ["attention", "multi_scale"]
    keys: list[tuple[str, str, dict[str, Any]]] = [
        ("single_scale", "single-scale CNN", {"without": single, "adversary": 0.0}),
        ("multi_scale", "multi-scale", {"without": no_attention, "adversary": 0.0}),
        ("attention", "multi-scale + attention (no adversary)", {"adversary": 0.0}),
        ("gan_alone", "multi-scale + GAN, no attention", {"without": no_attention}),
        ("attention_full", "attention at full size", {"variants": ["attention_full"]}),
        ("attention_quarter", "attention at 1/4", {"variants": ["attention_quarter"]}),
        ("adversary_paper", "the paper's adversary", _PAPERS_ADVERSARY),
        ("single_kernel", "3x3 alone, as many channels", {"without": ["multi_scale"]}),
    ]
    looks: list[tuple[str, str, dict[str, Any]]] = [
        ("true_kernels", "5x5 and 7x7 with all taps", {"variants": ["true_kernels"]}),
        ("single_wide", "3x3 alone, as many weights", {"variants": ["single_wide"]}),
        ("no_skips", "without skips", {"without": ["skips"]}),
        ("no_category", "without category", {"without": [WITHHELD]}),
    ]
    conditions = [Condition(n, t, FULL, "ablation", changes) for n, t, changes in keys]
    conditions += [
        Condition(n, t, FULL, "ablation", changes, enough=LOOK_TRIALS) for n, t, changes in looks
    ]
    conditions += [
        Condition(
            f"fusion_{where}",
            f"{where} fusion",
            FULL,
            "fusion",
            {"fusion": where},
            enough=LOOK_TRIALS,
        )
        for where in ("early", "late")
    ]
    conditions += [
        Condition(
            f"no_{switch}",
            f"without {switch}",
            FULL,
            "augmentation",
            {"pairs": {"variation": {switch: 0.0}}},
            enough=LOOK_TRIALS,
        )
        for switch in SWITCHES
    ]
    return conditions


def _published() -> list[Condition]:
    rows = {
        "paper": ("the paper's configuration", PAPERS_SETTINGS),
        "light_128": ("MFFCN on the same crops", {"pairs": _PAPERS_CROPS}),
    }
    return [
        Condition(name, title, FULL, PUBLISHED, changes, enough=LOOK_TRIALS)
        for name, (title, changes) in rows.items()
    ]


def _of_words() -> list[Condition]:
    rows = {
        FULL_OF_WORDS: ("MFFCN, from a word and a seed", FULL),
        "attngan": ("AttnGAN-like", "attngan"),
        "stylegan": ("StyleGAN-like", "stylegan"),
        "grbm_words": ("GRBM, from a word and a seed", "grbm"),
    }
    conditions = [Condition(n, title, system, WORD) for n, (title, system) in rows.items()]
    truth = Condition(
        TRUTH_OF_WORDS, "the paintings at that size", TRUTH_OF_WORDS, WORD, is_fixed=True
    )
    return [*conditions, truth]


CONDITIONS = {c.name: c for c in (*_systems(), *_of_words(), *_ablations(), *_published())}

CLAIMS = (
    Claim("multi_scale", "single_scale", "parallel kernels help"),
    Claim("attention", "multi_scale", "attention helps"),
    Claim(FULL, "attention", "the adversary helps"),
    Claim(FULL, "gan_alone", "attention helps beside the adversary"),
    Claim(FULL, "single_scale", "all parts together help"),
    Claim("attention_full", "gan_alone", "attention at full size helps"),
    Claim("attention_quarter", "gan_alone", "attention at 1/4 helps"),
    Claim("adversary_paper", "attention", "the paper's adversary helps"),
    Claim(FULL, "single_kernel", "parallel kernels help beside all else"),
    Claim("true_kernels", FULL, "all taps help"),
    Claim("true_kernels", "single_wide", "parallel kernels help at as many weights"),
    Claim(FULL, "no_skips", "skips help"),
    Claim(FULL, f"{FULL}_anew", "painting onto the block-in helps"),
    Claim(FULL, f"no_{WITHHELD}", "the category helps"),
    Claim(FULL, "fusion_early", "mid fusion is better than early"),
    Claim(FULL, "fusion_late", "mid fusion is better than late"),
    *(Claim(FULL, f"no_{s}", f"varying by '{s}' helps") for s in SWITCHES),
    Claim("light_128", "paper", "the project's configuration is better than the paper's"),
)
"""Within the ablations; systems are each tested against FULL, and anew against FULL anew."""
