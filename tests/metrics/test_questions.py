from __future__ import annotations

import pytest

from paintreel.errors import InputError
from paintreel.metrics.questions import ANY, PAINTING, QUESTIONS, find_question, parse_question
from paintreel.metrics.selection import select_measures
from paintreel.metrics.table import MEASURES


@pytest.mark.parametrize("question", [*QUESTIONS.values(), ANY], ids=lambda q: q.name or "any")
def test_every_measure_of_a_question_stands_in_the_table_and_has_a_direction(question):
    for name in question.measures:
        assert question.direction(MEASURES[name]) != "none"
    for requirement in question.requirements:
        assert requirement.measure in question.measures


def chosen(question, *, asked=None, reference=True, art=False):
    found = select_measures(
        asked, has_reference=reference, has_extractor=True, has_art=art, question=question
    )
    return [measure.name for measure in found]


def test_a_question_picks_its_measures_in_its_order():
    names = chosen(PAINTING)
    assert names[0] == "edge_correlation"
    assert {"gini_gain", "contours_over_blur", "neutral_drift", "warping_ratio"} <= set(names)
    assert not {"psnr", "ssim", "kd", "fd"} & set(names)  # like its sources it need not be
    assert {"kd", "fd"} <= set(chosen(PAINTING, art=True))
    assert chosen(PAINTING, asked="psnr")[-1] == "psnr"
    assert chosen(QUESTIONS["restoration"])[:3] == ["psnr", "ssim", "perceptual"]
    alone = chosen(QUESTIONS["scene"], reference=False, art=True)
    assert alone == ["kd", "fd", "radial_spectrum_distance"]
    assert chosen(QUESTIONS["scene"])[:2] == ["ssim", "psnr"]


def test_without_a_question_all_is_as_it_was():
    assert chosen(ANY)[:2] == ["psnr", "ssim"]
    assert chosen(ANY, asked="ssim,psnr") == ["psnr", "ssim"]
    assert find_question(None, has_reference=False, has_art=False) is ANY


def test_words_and_what_they_need():
    assert parse_question(" Painting ") == "painting"
    with pytest.raises(InputError, match=r"did you mean 'painting'\? .*restoration.*scene"):
        parse_question("paintng")
    with pytest.raises(InputError, match=r"'x'; Questions: painting \("):
        parse_question("x")
    with pytest.raises(InputError, match="--reference"):
        find_question("painting", has_reference=False, has_art=True)
    with pytest.raises(InputError, match="--art"):
        find_question("scene", has_reference=False, has_art=False)
