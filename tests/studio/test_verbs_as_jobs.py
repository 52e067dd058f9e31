"""Every verb is run as a job, from what a form sends to the files that its user sees."""

from __future__ import annotations

import io
import wave
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from paintreel.studio.forms.values import JobFolder, check_answers, clean_answers
from paintreel.studio.forms.verbs import OFFERED
from paintreel.studio.worker.running import JobSpec, run_job

pytestmark = pytest.mark.timeout(600)

_TO_COME = {"short"}
"""Verbs that other rooms will bring; each gets a row here with its page."""
REPOSITORY = Path(__file__).resolve().parents[2]


def _png(seed: int = 1) -> bytes:
    grain = np.random.default_rng(seed).integers(0, 256, (6, 8, 3), np.uint8)
    held = io.BytesIO()
    Image.fromarray(grain).resize((128, 96), Image.Resampling.BICUBIC).save(held, "PNG")
    return held.getvalue()


def _drawing() -> bytes:
    paper = np.full((96, 128), 255, np.uint8)
    paper[20:76, [30, 31, 96, 97]] = 0
    paper[[20, 21, 74, 75], 30:98] = 0
    held = io.BytesIO()
    Image.fromarray(paper).save(held, "PNG")
    return held.getvalue()


def _hum() -> bytes:
    """A second and a half of a buzz that glides, as WAV."""
    rate = 16_000
    times_s = np.arange(rate * 3 // 2) / rate
    buzz = np.sign(np.sin(2 * np.pi * (140 + 40 * times_s) * times_s)) * 9000
    held = io.BytesIO()
    with wave.open(held, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(buzz.astype("<i2").tobytes())
    return held.getvalue()


_SCRIPT = b"""INT. CELLAR - NIGHT

Rain. The door creaks, and Ana is afraid of what waits below.

ANA
I hate this dark. Let us run home.
"""
_VOTES = b"item,rater,label\na,1,x\na,2,x\nb,1,y\nb,2,x\nc,1,y\nc,2,y\n"

Files = Mapping[str, Mapping[str, bytes]]
PICTURE: Files = {"inputs": {"a.png": _png()}}
CASES: dict[str, tuple[dict[str, Any], Files, set[str]]] = {
    "stylize": ({"style": "ink"}, PICTURE, {"a.png", "CREDITS.txt"}),
    "scene": ({"words": "a forest", "size": "160x96", "method": "grbm"}, {}, {"scene.png"}),
    "colorize": (
        {"method": "rule", "flat": True},
        {"inputs": {"a.png": _drawing()}, "hint": {"hints.png": _drawing()}},
        {"a.png"},
    ),
    "grade": ({"emotion": "fear", "lut": True}, PICTURE, {"a.png", "grade.cube", "CREDITS.txt"}),
    "character": (
        {"seed": 3, "emotion": "happiness", "size": "200x200", "lines": True},
        {},
        {"character-0003.png", "character-0003-lines.png"},
    ),
    "rough": ({"sketch": True}, {"picture": {"a.png": _png()}}, {"rough.png", "lines.png"}),
    "lineart": ({"method": "rule"}, PICTURE, {"a.png"}),
    "classify": ({"task": "medium", "csv": True}, PICTURE, {"table.csv", "figures.json"}),
    "emotion": (
        {"by": "voice", "timeline": True, "plot": True, "srt": True},
        {"inputs": {"line.wav": _hum()}},
        {"timeline.json", "chart.png", "srt.srt", "figures.json"},
    ),
    "script": (
        {"timeline": True, "csv": True},
        {"input": {"play.fountain": _SCRIPT}},
        {"timeline.json", "table.csv", "figures.json"},
    ),
    "sheet": (
        {"width_px": 800},
        {"inputs": {"x/a.png": _png(), "x/b.png": _png(2)}},
        {"sheet.png"},
    ),
    "info": ({}, {"file": {"a.png": _png()}}, {"info.txt"}),
    "score": (
        {"metrics": "psnr"},
        {"generated": {"a.png": _png()}, "reference": {"a.png": _png(2)}},
        {"figures.json"},
    ),
    "compare": (
        {"metrics": "psnr"},
        {
            "systems": {f"{s}/{n}.png": _png(i) for s in "ab" for i, n in enumerate("xyzuvw")},
            "reference": {f"{n}.png": _png(i + 1) for i, n in enumerate("xyzuvw")},
        },
        {"figures.json"},
    ),
    "spectrum": (
        {"csv": True},
        {"inputs": {"a.png": _png(), "b.png": _png(2)}},
        {"spectrum.png", "table.csv", "figures.json"},
    ),
    "fuse": (
        {"plan": True},
        {"inputs": {"clip.mp4": (REPOSITORY / "examples" / "clip.mp4").read_bytes()}},
        {"to-paint/clip-key-0001.125s.png"},
    ),
    "agree": ({}, {"tables": {"votes.csv": _VOTES}}, {"agree.txt"}),
}


class Heard:
    """What a job tells."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []

    def tell(self, kind: str, **facts: Any) -> None:
        self.messages.append({"kind": kind, **facts})

    def progress(self, done: int, expected: int | None, stage: str) -> None:
        self.tell("progress", done=done, expected=expected, stage=stage)


def _run(verb: str, answers: Mapping[str, Any], files: Files, root: Path) -> dict[str, Any]:
    """What the job told at its end."""
    names = {field: list(given) for field, given in files.items()}
    cleaned = clean_answers(verb, answers)
    check_answers(verb, cleaned, names)
    folder = JobFolder(root)
    root.mkdir(exist_ok=True)
    for field, given in files.items():
        for name, content in given.items():
            path = folder.inputs / field / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    rows = {field: [(f"id-{name}", name) for name in given] for field, given in names.items()}
    heard = Heard()
    run_job(JobSpec(verb, cleaned, rows, frozenset(), 1, False), folder, heard)  # type: ignore[arg-type]
    assert heard.messages[-1]["kind"] == "ended"
    told = "".join(str(message) for message in heard.messages if message["kind"] == "log")
    assert str(root) not in told  # places of this machine are nobody's business
    return heard.messages[-1]


def test_every_verb_has_a_case():
    trainings = {name for name, verb in OFFERED.items() if verb.training}
    assert CASES.keys() == OFFERED.keys() - trainings - _TO_COME


@pytest.mark.parametrize("verb", sorted(CASES))
def test_a_verb_is_a_job(verb, tmp_path):
    answers, files, expected = CASES[verb]
    ended = _run(verb, answers, files, tmp_path / "job")
    assert (ended["status"], ended["error"]) == ("finished", None)
    results = {
        row["path"].removeprefix("out/") for row in ended["files"] if row["role"] == "result"
    }
    assert expected <= results
    pictures = {name for name in results if name.endswith(".png")}
    shown = {row["of"].removeprefix("out/") for row in ended["files"] if row["role"] == "preview"}
    assert pictures <= shown


def test_several_sounds_have_a_timeline_each(tmp_path):
    files = {"inputs": {"a.wav": _hum(), "b.wav": _hum()}}
    ended = _run("emotion", {"by": "voice", "timeline": True}, files, tmp_path / "job")
    paths = {row["path"] for row in ended["files"]}
    assert {"out/timeline/a.json", "out/timeline/b.json"} <= paths


def test_a_table_of_colours_is_made_by_one_job_and_applied_by_the_next(tmp_path):
    made = _run("grade", {"emotion": "fear", "lut": True}, PICTURE, tmp_path / "made")
    assert made["status"] == "finished"
    table = (tmp_path / "made" / "out" / "grade.cube").read_bytes()
    files = {**PICTURE, "lut": {"grade.cube": table}}
    ended = _run("grade", {}, files, tmp_path / "applied")
    assert (ended["status"], ended["error"]) == ("finished", None)
    with Image.open(tmp_path / "applied" / "out" / "a.png") as picture:
        assert (
            np.abs(np.asarray(picture, int) - np.asarray(Image.open(io.BytesIO(_png())), int)).max()
            > 5
        )


def test_a_line_is_acted_from_a_sound(tmp_path):
    answers = {"seed": 3, "size": "160x120", "fps": 6, "framing": "face", "emotion": "neutral"}
    files = {"voice": {"line.wav": _hum()}}
    ended = _run("character", answers | {"mouths_out": True}, files, tmp_path / "job")
    assert (ended["status"], ended["error"]) == ("finished", None)
    paths = {row["path"] for row in ended["files"] if row["role"] == "result"}
    assert {"out/character-0003.mp4", "out/mouths.tsv"} <= paths


def test_what_is_told_calls_options_as_the_form_does(tmp_path):
    answers = {"seed": 3, "sheet": True, "emotion": "fear"}
    ended = _run("character", answers, {}, tmp_path / "job")
    assert ended["status"] == "failed"
    assert "leave 'Emotion' out" in ended["error"]
