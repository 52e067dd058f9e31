"""What the emotion experiment compares.

Paper: the one that begins "The aim of this article is to investigate an intelligent approach for
constructing animation scenes", section 5: the model of both against CNN and LSTM alone in accuracy
(Figure 6), recall (Figure 7), F1 (Figure 8) and processing time (Figure 9). It gives no numbers.

One training gives all of its answers: by the voice, by the face, by both. A trial trains a network
for each fold of speakers and families.
"""

from __future__ import annotations

from paintreel.learn.experiments.conditions import Claim, Condition

NETWORKS, ABLATIONS = "network", "ablation"

FACE, VOICE, BOTH, LATE = "face alone", "voice alone", "both", "late fusion"
ANSWERS = (FACE, VOICE, BOTH, LATE)
"""What each network is asked for; late fusion is the product of the first two."""

PAPER, ATTENTION = "paper", "attention"

_TRUSTING = {"face_doubt": 0.0, "voice_doubt": 0.0}
"""As the paper has it: both sides of a pair are of its class."""
_JOINED = {"preset": "joined"}

CONDITIONS = {
    c.name: c
    for c in (
        Condition(
            PAPER,
            "CNN + LSTM by SGD (the paper)",
            "CNN + LSTM",
            NETWORKS,
            {"preset": "paper", "optimiser": "sgd", "rate": 0.05, **_TRUSTING},
        ),
        Condition(
            ATTENTION,
            "attention and EfficientNet (shipped)",
            "attention",
            NETWORKS,
            {"preset": "attention"},
        ),
        Condition(
            "adamw",
            "CNN + LSTM by AdamW",
            "AdamW",
            ABLATIONS,
            {"preset": "paper", "optimiser": "adamw", **_TRUSTING},
        ),
        Condition(
            "joined",
            "shipped, but with the paper's fusion",
            "joined",
            ABLATIONS,
            _JOINED,
        ),
        Condition(
            "no_doubt",
            "the same, without mistaken sides",
            "no doubt",
            ABLATIONS,
            {**_JOINED, **_TRUSTING},
        ),
        Condition(
            "no_modality_dropout",
            "the same, both always there",
            "no modality dropout",
            ABLATIONS,
            {**_JOINED, "modality_dropout": 0.0},
        ),
        Condition(
            "no_rig",
            "shipped, without faces of the rig",
            "no rig",
            ABLATIONS,
            {"preset": "attention", "rig_share": 0.0},
        ),
        Condition(
            "statistics",
            "shipped, statistics of the voice alone",
            "statistics",
            ABLATIONS,
            {"preset": "statistics"},
        ),
    )
}
"""What is trained, by name."""

CLAIMS = (
    Claim(BOTH, VOICE, "both together are better than the LSTM alone"),
    Claim(BOTH, FACE, "both together are better than the CNN alone"),
    Claim(BOTH, LATE, "the learnt fusion is better than the product of both"),
)
"""The paper's claims, of the answers of one network, and one of ours."""
