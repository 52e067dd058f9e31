"""What the experiment on fusion compares, and the claims that are tested.

Paper: "The application of channel attention mechanism for fusion of painting and live-action
footage under deep learning and animation generation technology", of which the abstract is all that
is to be had. Every row is trained from nothing with the same photographs, crops, steps and seeds;
an ablation leaves out one part of `models.fusion.PARTS`.
"""

from __future__ import annotations

from paintreel.learn.experiments.conditions import REFERENCE, SYSTEM, Claim, Condition

ABLATION = "ablation"
FULL, CARRIED, FRAME = "full", "carried", "frame"
NO_ATTENTION, FIXED, NO_ALIGNMENT, NO_TRANSFORMER, SHARED = (
    "no_attention",
    "fixed_weights",
    "no_alignment",
    "no_transformer",
    "shared_paths",
)
_FUSE = "fuse"


def _without(part: str) -> dict[str, object]:
    return {"without": (part,)}


CONDITIONS = {
    c.name: c
    for c in (
        Condition(FULL, "full", _FUSE, SYSTEM),
        Condition(NO_ATTENTION, "no channel attention", _FUSE, ABLATION, _without("attention")),
        Condition(FIXED, "fixed weights, a half each", _FUSE, ABLATION, _without("dynamic")),
        Condition(NO_ALIGNMENT, "no alignment loss", _FUSE, ABLATION, _without("alignment")),
        Condition(
            NO_TRANSFORMER, "no Transformer decoder", _FUSE, ABLATION, _without("transformer")
        ),
        Condition(SHARED, "one path for both", _FUSE, ABLATION, _without("apart")),
        Condition(CARRIED, "the key carried, no network", CARRIED, REFERENCE),
        Condition(FRAME, "the frame itself", FRAME, REFERENCE),
    )
}
"""In the order of the tables."""

CLAIMS = tuple(
    Claim(FULL, name, text)
    for name, text in {
        NO_ATTENTION: "channel attention helps",
        FIXED: "dynamic weights help",
        NO_ALIGNMENT: "the alignment loss helps",
        NO_TRANSFORMER: "the Transformer decoder helps",
        SHARED: "paths of their own help",
        CARRIED: "the network is better than the carried key",
    }.items()
)
