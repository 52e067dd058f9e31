"""What the mood experiment compares.

Paper: Wu and Chen 2022, section 5 and Figure 7: blocks of ResNet-50 are rescaled from the deepest
stage up, and "the accuracy of emotion classification gradually increases with the number of
optimization modules". All see the same panels; a trial holds out whole episodes.
"""

from __future__ import annotations

from paintreel.learn.blocks.rescaling import COUNTS
from paintreel.learn.experiments.conditions import REFERENCE, Claim, Condition

RESNET, IMAGENET, EFFICIENTNET = "resnet", "imagenet_resnet", "efficientnet"
"""Groups of the networks, by where they start; the names of their conditions end in a count."""

HEAD, BASELINE = "frozen_head", "baseline"
"""Groups of what trains no network."""

COLOURS, POOLED, STATISTICS, RECIPE = "colours", "probe", "statistics", "recipe"
BUNDLED = "shipped"

EFFICIENTNET_COUNTS = (0, 3, 16)

TITLES = {
    RESNET: "ResNet-50 from scratch",
    IMAGENET: "ResNet-50 from ImageNet",
    EFFICIENTNET: "EfficientNet-Lite0 from ImageNet",
}
"""By the start of a network."""

STARTS = {RESNET: COUNTS, IMAGENET: COUNTS, EFFICIENTNET: EFFICIENTNET_COUNTS}
"""{start: numbers of rescaled blocks}."""


def is_network(condition: Condition) -> bool:
    """Whether a network is trained for it."""
    return condition.group in STARTS


def name_of(start: str, count: int) -> str:
    """Of the condition with so many rescaled blocks."""
    return f"{start.removesuffix('_resnet')}_{count}"


def _networks() -> list[Condition]:
    return [
        Condition(
            name_of(start, count),
            f"{TITLES[start]}, {count} rescaled",
            start,
            start,
            {"start": start, "rescaled": count},
        )
        for start, counts in STARTS.items()
        for count in counts
    ]


def _others() -> list[Condition]:
    rows = [
        (COLOURS, "colour histogram", BASELINE),
        (POOLED, "linear probe on the last features", HEAD),
        (STATISTICS, "statistics of frozen late layers", HEAD),
        (RECIPE, "the shipped recipe, trained anew in each fold", HEAD),
    ]
    return [
        *(Condition(name, title, name, group) for name, title, group in rows),
        Condition(BUNDLED, "the shipped head, unseen episodes", BUNDLED, REFERENCE),
    ]


CONDITIONS = {c.name: c for c in (*_networks(), *_others())}

CLAIMS = (
    *(
        Claim(name_of(start, counts[-1]), name_of(start, 0), f"rescaling helps: {TITLES[start]}")
        for start, counts in STARTS.items()
    ),
    Claim(name_of(IMAGENET, 0), name_of(RESNET, 0), "weights of ImageNet help ResNet-50"),
    Claim(name_of(EFFICIENTNET, 0), name_of(RESNET, 0), "weights of ImageNet help"),
    Claim(name_of(EFFICIENTNET, 0), POOLED, "fine-tuning is better than a linear probe"),
    Claim(STATISTICS, POOLED, "statistics of several layers are better than the last features"),
    Claim(RECIPE, STATISTICS, "colours and altered copies help"),
    Claim(RECIPE, COLOURS, "the shipped recipe is better than a colour histogram"),
    Claim(RECIPE, name_of(EFFICIENTNET, 0), "frozen features are better than fine-tuning"),
    Claim(name_of(EFFICIENTNET, 0), COLOURS, "fine-tuning is better than a colour histogram"),
    Claim(name_of(RESNET, 16), COLOURS, "ResNet-50 from scratch is better than a colour histogram"),
)
