"""The emotion experiment: trials, what the records say, the page; on almost nothing."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from voices import spoken, write_sound

from paintreel.cli.main import main
from paintreel.errors import InputError
from paintreel.learn.experiments.emotion.conditions import ANSWERS, CLAIMS, CONDITIONS
from paintreel.learn.experiments.emotion.results import MEASURES, read_results
from paintreel.learn.experiments.records import read_records
from paintreel.stats import macro_f1
from portraits import portrait

EMOTIONS = ("anger", "neutral", "sadness")


@pytest.fixture(scope="module")
def out(tmp_path_factory) -> Path:
    """A finished experiment of one tiny network."""
    top = tmp_path_factory.mktemp("emotion")
    for number, (speaker, emotion) in enumerate((s, e) for s in "AB" for e in EMOTIONS):
        voice = top / "speech" / emotion / f"{speaker}_{number}.wav"
        face = top / "faces" / f"family{speaker}" / emotion / f"{number}.png"
        for path in (voice, face):
            path.parent.mkdir(parents=True, exist_ok=True)
        write_sound(voice, spoken(4 + number, 1.0, seed=number).samples[None])
        Image.fromarray(portrait()).save(face)
    folders = ["--faces", str(top / "faces"), "--speech", str(top / "speech")]
    words = ["--preset", "tiny", "--systems", "paper", "--out", str(top / "out")]
    assert main(["experiment", "emotion", *folders, *words]) == 0
    # Once more with --resume does nothing twice.
    before = (top / "out/trials/paper-00.json").stat().st_mtime_ns
    assert main(["experiment", "emotion", *folders, *words, "--resume"]) == 0
    assert (top / "out/trials/paper-00.json").stat().st_mtime_ns == before
    return top / "out"


def test_every_answer_is_to_somebody_unknown(out):
    labels, results = read_results(out)
    result = results["paper"]
    assert set(result.pairs) == set(ANSWERS)
    assert result.voices.confusion.sum() == len(labels.voice_truth) == 6
    assert result.faces.confusion.sum() == 6
    for answered in result.pairs.values():
        assert set(answered.measures) == set(MEASURES)
        for interval in answered.measures.values():
            assert 0 <= interval.low <= interval.estimate <= interval.high <= 1
    assert set(result.gains) == {claim.text for claim in CLAIMS}


def test_the_record_says_how_it_was_made(out):
    record = read_records(out)["paper"][0]
    assert record["command"].split()[0] == "paintreel"
    assert set(record["processor_ms"]) == {"voice alone", "face alone", "both"}
    disturbed = record["disturbed"]
    assert {"undisturbed", "voice missing", "face missing", "blurred face"} <= set(disturbed)
    assert all(0 <= row["both"] <= 1 for row in disturbed.values())


def test_the_page_shows_the_paper_s_figures(out):
    page = (out / "report.html").read_text()
    for text in ("Figure 6: accuracy", "Figure 7: macro recall", "Figure 8: macro F1", "Figure 9"):
        assert text in page
    assert "both together are better than the LSTM alone" in page


def test_the_figures_are_there_as_data(out):
    found = json.loads((out / "results.json").read_text())
    paper = found["conditions"]["paper"]
    assert set(paper["pairs"]) == set(ANSWERS)
    estimate, low, high = paper["recordings"]["macro recall"]
    assert 0 <= low <= estimate <= high <= 1
    assert np.sum(paper["recordings"]["confusion"]) == 6
    assert set(paper["gains"]) == {claim.text for claim in CLAIMS}
    assert paper["trials"][0]["processor_ms"]["both"] > 0


def test_macro_f1_is_the_mean_of_the_classes():
    assert macro_f1([[2, 0], [0, 5]]) == 1
    assert macro_f1([[1, 1], [0, 0]]) == pytest.approx(2 / 3)
    assert np.isnan(macro_f1(np.zeros((2, 2))))


def test_options_that_do_not_fit_are_refused(tmp_path, capsys):
    base = ["experiment", "emotion", "--out", str(tmp_path / "out")]
    for words, said in (
        ([], "needs --faces and --speech"),
        (["--faces", ".", "--speech", ".", "--budget", "9s"], "--set steps"),
        (
            ["--faces", ".", "--speech", ".", "--crops", "9"],
            "--crops, which is of scene",
        ),
    ):
        assert main([*base, *words]) == 2
        assert said in capsys.readouterr().err
    assert "paper" in CONDITIONS
    with pytest.raises(InputError, match="no trial"):
        read_results(tmp_path)
