"""Drift of neutrals, of skin and of hues."""

from __future__ import annotations

import numpy as np
import pytest

from paintreel.errors import InputError
from paintreel.imaging.colour import lab_to_rgb
from paintreel.metrics import hue_drift, neutral_drift, neutral_drift_p90, skin_drift

DRIFTS = (neutral_drift, neutral_drift_p90, skin_drift, hue_drift)


def flat(*lab: float, size: tuple[int, int] = (48, 48)) -> np.ndarray:
    return np.full((*size, 3), lab_to_rgb(np.array(lab, float)))


@pytest.mark.parametrize("measure", DRIFTS)
def test_lighter_or_darker_is_no_drift(measure):
    x = np.concatenate([flat(50, 0, 0), flat(65, 18, 18), flat(50, 40, 20)])
    darker = np.concatenate([flat(45, 0, 0), flat(60, 18, 18), flat(45, 40, 20)])
    assert measure(x, x) == 0
    assert measure(darker, x) < 0.3


def test_only_neutrals_count_as_such():
    """A tint of the coloured half is none of the grey half."""
    grey, red = flat(60, 0, 0), flat(60, 40, 20)
    before = np.hstack([grey] * 3 + [red] * 3)
    after = np.hstack([grey] * 3 + [flat(60, 20, 40)] * 3)
    assert neutral_drift(after, before) < 0.5
    tinted = np.hstack([flat(60, 0, 8)] * 3 + [red] * 3)
    assert neutral_drift(tinted, before) == pytest.approx(6.78, abs=0.05)
    assert hue_drift(after, before) > 20


def test_dark_greys_do_not_count():
    x = np.hstack([flat(20, 0, 0)] * 2 + [flat(60, 0, 0)])
    blue = np.hstack([flat(20, 3, -9)] * 2 + [flat(60, 0, 0)])
    assert neutral_drift(blue, x) < 1
    with pytest.raises(InputError, match=r"0\.0% of the picture is grey"):
        neutral_drift(flat(20, 0, 0), flat(20, 0, 0))


def test_skin_is_the_box_of_chai_and_ngan():
    skin = np.full((48, 48, 3), np.uint8([200, 150, 120]))
    orange = np.full((48, 48, 3), np.uint8([220, 145, 80]))
    green = np.full((48, 48, 3), np.uint8([90, 160, 90]))
    assert skin_drift(orange, skin) > 5
    with pytest.raises(InputError, match="colour of skin"):
        skin_drift(skin, green)


def test_hues_are_weighed_by_chroma():
    """A vivid half that stays counts more than a pale one that turns."""
    before = np.hstack([flat(60, 60, 0)] * 3 + [flat(60, 15, 0)] * 3)
    after = np.hstack([flat(60, 60, 0)] * 3 + [flat(60, 0, 15)] * 3)
    assert hue_drift(after, before) == pytest.approx(90 * 15 / 75, abs=4)
    with pytest.raises(InputError, match="coloured in both"):
        hue_drift(flat(60, 0, 0), flat(60, 60, 0))


@pytest.mark.parametrize("measure", DRIFTS)
def test_bad_input(measure):
    with pytest.raises(InputError, match="shape"):
        measure(flat(50, 0, 0), flat(50, 0, 0, size=(40, 48)))
