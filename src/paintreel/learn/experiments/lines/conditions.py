"""What the experiment on lines and colour compares, and the claims that are tested.

Paper: Tan 2024, "AI Digital Anime Style Generation Algorithm Based on Adversarial Generative
Network", section 3: its model beside CartoonGAN and SceneryGAN, in finding contours and in giving
colour. All networks of a task get the same pairs, batches, steps and preset; a condition says only
what it changes.
"""

from __future__ import annotations

from typing import Any

from paintreel.learn.experiments.conditions import REFERENCE, SYSTEM, Claim, Condition
from paintreel.learn.models.drawing_networks import CARTOON, NETWORKS, OURS, SCENERY
from paintreel.learn.models.drawing_tasks import COLORIZE, LINEART, TASKS
from paintreel.learn.models.residual_attention import PARTS

ABLATION = "ablation"

BUNDLED = "bundled"
"""What comes with the program, trained longer than the rest: a row to compare with."""

CANNY, XDOG, FLOW = "canny", "xdog", "flow"
MEAN, OWN, FILL, FLATS = "mean", "own", "fill", "flats"
RULES = {
    LINEART.name: {
        CANNY: "Canny, at its best thresholds",
        XDOG: "XDoG, at its best threshold",
        FLOW: "flow-guided contours, the rule of the verb",
    },
    COLORIZE.name: {
        MEAN: "mean colour of all that is learnt from",
        OWN: "each picture's own median",
        FILL: "the nearest hint",
        FLATS: "trapped-ball fill, in the colours of the hints",
    },
}
"""{task: {name: title}} of rows that nobody trains."""

_SOURCE = {"lineart": "lines", "colorize": "colour"}

# As published, in the units of each paper: an adversary of 1, content (10) or cycle (10) beside it.
_PEERS: dict[str, dict[str, Any]] = {
    CARTOON: {
        "network": CARTOON,
        "adversary": 1.0,
        "content": 10.0,
        "adversary_from": 0.1,
        "rate": 2e-4,
        "momentum": 0.5,
        "fan_in": 0.0,
    },
    SCENERY: {
        "network": SCENERY,
        "adversary": 1.0,
        "cycle": 10.0,
        "adversary_from": 0.0,
        "ramp": 0.0,
        "rate": 2e-4,
        "momentum": 0.5,
        "fan_in": 0.0,
    },
}
OUR_L1 = 100.0
"""Omega of Eq. 6 beside an adversary of 1, as our own weights have it."""


def name_of(task: str, what: str = OURS) -> str:
    """The name of a condition: the task alone is the full model."""
    return task if what == OURS else f"{task}_{what}"


def task_of(condition: Condition) -> str:
    """The task that a condition does."""
    return next(task for task in TASKS if condition.name.split("_")[0] == task)


def is_network(condition: Condition) -> bool:
    """Whether it is trained here."""
    return condition.group in (SYSTEM, ABLATION)


def _of(task: str) -> list[Condition]:
    rows = [Condition(name_of(task), f"{NETWORKS[OURS].title} ({_SOURCE[task]})", task, SYSTEM)]
    for network, changes in _PEERS.items():
        for paired, how in ((False, "as published"), (True, "with our L1")):
            name = name_of(task, network + ("_l1" if paired else ""))
            l1 = {"l1": OUR_L1} if paired else {}
            more = changes | {"paired": paired} | l1
            rows.append(Condition(name, f"{NETWORKS[network].title}, {how}", task, SYSTEM, more))
    rows += [
        Condition(
            name_of(task, f"no_{part}"), f"without {part}", task, ABLATION, {"without": [part]}
        )
        for part in PARTS
    ]
    rows.append(
        Condition(name_of(task, BUNDLED), f"bundled {task}", task, REFERENCE, is_fixed=True)
    )
    rows += [
        Condition(name_of(task, name), title, name, REFERENCE, is_fixed=True)
        for name, title in RULES[task].items()
    ]
    return rows


CONDITIONS = {condition.name: condition for task in TASKS for condition in _of(task)}

CLAIMS = tuple(
    claim
    for task in TASKS
    for claim in (
        *(
            Claim(name_of(task), name_of(task, f"no_{part}"), f"{task}: {part} helps")
            for part in PARTS
        ),
        *(
            Claim(
                name_of(task),
                name_of(task, network + suffix),
                f"{task}: better than {NETWORKS[network].title}{how}",
            )
            for network in _PEERS
            for suffix, how in (("", " as published"), ("_l1", " with our L1"))
        ),
    )
)
