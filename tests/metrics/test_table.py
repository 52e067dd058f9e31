from __future__ import annotations

from pathlib import Path

import pytest

from paintreel import metrics
from paintreel.errors import InputError
from paintreel.metrics.selection import asked_by_name, select_measures
from paintreel.metrics.table import GROUPS, MEASURES, definition, measure_of

DOCS = Path(__file__).resolve().parents[2] / "docs"


def chosen(
    asked, *, reference: bool = True, extractor: bool = True, only_sets: bool = False
) -> list[str]:
    found = select_measures(
        asked, has_reference=reference, has_extractor=extractor, only_sets=only_sets
    )
    return [measure.name for measure in found]


@pytest.mark.parametrize("measure", MEASURES.values(), ids=list(MEASURES))
def test_a_measure_has_one_name_in_sentences_and_tables(measure):
    """What a sentence says is found in the table below it, and may be typed after --metrics."""
    said = measure.label.lower().replace("-", " ")
    assert measure.name.replace("_", " ") in said


@pytest.mark.parametrize("measure", MEASURES.values(), ids=list(MEASURES))
def test_every_measure_is_defined(measure):
    assert callable(measure.call)
    assert measure.function_name in metrics.__all__
    text = definition(measure)
    if measure.direction != "none":
        assert f"Direction: {measure.direction}" in text


@pytest.mark.parametrize("measure", MEASURES.values(), ids=list(MEASURES))
def test_every_measure_says_in_a_sentence_what_it_is(measure):
    assert measure.plain[0].isupper()
    assert measure.plain.endswith(".")
    assert not measure.anchor.endswith(".")  # it goes into parentheses
    if measure.bounds.startswith(("around", "below", "-1 to 1")) and measure.direction == "none":
        assert measure.below_zero
    assert ".Only" not in measure.caveat


def test_a_kernel_distance_below_zero_is_explained():
    assert "read a value below 0 as 0" in MEASURES["kd"].below_zero


def test_art_serves_the_measures_of_sets():
    alone = select_measures("default", has_reference=False, has_extractor=True, has_art=True)
    assert {m.name for m in alone if m.scope == "set"} == {"radial_spectrum_distance", "fd", "kd"}
    assert not any(m.needs_reference for m in alone if m.scope != "set")


def test_the_usual_measures():
    assert "mse" not in chosen(None)
    assert chosen(None)[:2] == ["psnr", "ssim"]
    assert not any(MEASURES[name].group == "scene" for name in chosen(None))
    alone = chosen(None, reference=False)
    assert not any(MEASURES[name].needs_reference for name in alone)
    assert "scene_coherence" in alone
    assert "flicker" in alone
    assert not {"fd", "kd", "perceptual"} & set(chosen(None, extractor=False))


def test_saved_statistics_serve_the_measures_of_sets():
    found = chosen(None, only_sets=True)
    assert {"radial_spectrum_distance", "fd", "kd"} <= set(found)
    compared = [name for name in found if MEASURES[name].needs_reference]
    assert {MEASURES[name].scope for name in compared} == {"set"}
    assert "scene_coherence" in chosen("all", only_sets=True)


def test_names_and_groups_come_in_the_order_of_the_table():
    assert chosen("ssim, PSNR") == ["psnr", "ssim"]
    assert chosen(["edge-ssim", "temporal"])[0] == "edge_ssim"
    assert set(chosen("all")) == set(MEASURES)
    for group in GROUPS:
        assert {MEASURES[name].group for name in chosen(group)} == {group}


def test_asked_by_name():
    assert asked_by_name("psnr,scene") == {"psnr"}
    assert asked_by_name(None) == frozenset()


@pytest.mark.parametrize(
    ("asked", "options", "match"),
    [
        ("pnsr", {}, "did you mean 'psnr"),
        ("fid", {}, r"--metrics fd \[--extractor"),
        ("ssim", {"reference": False}, "give one with --reference"),
        ("fidelity", {"reference": False}, "fidelity: psnr compares"),
        ("kd", {"extractor": False}, "--extractor FILE.onnx"),
        ("fd,ssim", {"only_sets": True}, "ssim compares file by file"),
        ("fidelity", {"only_sets": True}, "fidelity: psnr compares file by file"),
        (" , ", {}, "no measure is named"),
    ],
)
def test_what_cannot_be_taken_is_an_error(asked, options, match):
    with pytest.raises(InputError, match=match):
        chosen(asked, **options)


def test_names_in_results():
    assert MEASURES["fd"].named("dske") == "fd_dske"
    assert MEASURES["psnr"].named("dske") == "psnr"
    assert measure_of("fd_dske") is MEASURES["fd"]
    assert measure_of("flicker_ratio") is MEASURES["flicker_ratio"]
    with pytest.raises(InputError):
        measure_of("nothing")
