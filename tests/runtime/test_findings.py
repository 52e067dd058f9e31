"""A clip as the sum of its moments."""

from __future__ import annotations

import pytest

from paintreel.runtime.classifiers import Classification
from paintreel.runtime.findings import UNFAMILIAR, clip_classification, ranked


def found(calm: float, *, familiar: bool = True) -> Classification:
    label = "calm" if calm >= 0.5 else "fear"
    return Classification(label, {"calm": calm, "fear": 1 - calm}, familiar, 0.5 if familiar else 2)


def clip(*moments: Classification):
    return clip_classification(list(enumerate(moments)), duration_s=len(moments), every_s=1)


def test_stretches_are_told_once_with_their_ends():
    whole = clip(found(0.9), found(0.8), found(0.1), found(0.7))
    assert list(whole.stretches()) == [(0, 2, "calm"), (2, 3, "fear"), (3, 4, "calm")]
    assert whole.timeline == [(0, "calm"), (2, "fear"), (3, "calm")]
    assert whole.shares == {"calm": 0.75, "fear": 0.25}


def test_what_is_not_familiar_counts_nothing_and_is_told():
    whole = clip(found(0.9), found(0.0, familiar=False), found(0.7))
    assert whole.probabilities["calm"] == pytest.approx(0.8)
    assert whole.familiar
    assert whole.distance <= 1
    assert whole.timeline == [(0, "calm"), (1, UNFAMILIAR), (2, "calm")]


def test_a_clip_of_mostly_unknown_frames_is_unknown():
    whole = clip(found(0.9), found(0.0, familiar=False), found(0.1, familiar=False))
    assert not whole.familiar
    assert whole.distance > 1
    assert whole.label == "calm"  # by the one frame that the model knows
    alone = clip(found(0.2, familiar=False))
    assert (alone.label, alone.familiar) == ("fear", False)


def test_the_likeliest_come_first():
    assert ranked(found(0.2)) == [("fear", 0.8), ("calm", 0.2)]
