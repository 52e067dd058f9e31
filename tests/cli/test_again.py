"""A run over files that is started again: what lies there is compared with what is asked."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from paintreel.cli.main import main
from paintreel.imaging.files import Picture, read_picture, write_picture
from paintreel.jobs.record import RECORD_NAME, read_record
from paintreel.options import VERBS, FileOptions, described, options_of


def picture(seed: int) -> Picture:
    return Picture(np.random.default_rng(seed).integers(0, 256, (40, 48, 3), np.uint8))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tiny_style: str) -> Path:
    """The working folder, with two pictures and an animation in ``in``."""
    monkeypatch.chdir(tmp_path)
    for seed, name in enumerate(("a.png", "sub/b.png")):
        write_picture(Path("in", name), picture(seed))
    frames = [Image.new("RGB", (16, 16), colour) for colour in ("black", "red")]
    frames[0].save("in/c.gif", save_all=True, append_images=frames[1:], duration=100)
    return tmp_path


def stylize(*arguments: str) -> int:
    return main(["stylize", "in", "-o", "out", "--style", "tiny", *arguments])


def content() -> dict[str, bytes]:
    return {p.as_posix(): p.read_bytes() for p in Path("out").rglob("[a-z]*.*")}


def statuses(*arguments: str) -> dict[str, tuple[str, list[str]]]:
    """What becomes of each result of a run: status and differences."""
    stylize("--json", "r.json", "--quiet", *arguments)
    files = json.loads(Path("r.json").read_text())["files"]
    return {f["results"][0].removeprefix("out/"): (f["status"], f["differs"]) for f in files}


def test_the_same_again_is_skipped(folder: Path, capsys):
    assert stylize() == 0
    before = content()
    capsys.readouterr()
    assert stylize("--threads", "1", "--workers", "1", "--tile", "off") == 0  # which change nothing
    printed = capsys.readouterr()
    assert printed.out == "0 painted, 3 skipped, 0 failed\n"
    assert printed.err == "skipped what is there already; --overwrite replaces it\n"
    assert content() == before


def test_other_settings_are_named_and_nothing_is_replaced(folder: Path, capsys):
    assert stylize() == 0
    before = content()
    capsys.readouterr()
    assert stylize("--strength", "50%", "--max-side", "12") == 1
    printed = capsys.readouterr()
    assert printed.out == "0 painted, 0 skipped, 3 differ, 0 failed\n"
    assert printed.err.splitlines() == [
        "differs: out/a.png, out/c.gif, out/sub/b.png: "
        "--strength was 1.0, now 0.5; --max-side was not given, now 12",
        "left as they are; --update makes them anew in their places; another -o keeps both",
    ]
    assert content() == before


def test_update_replaces_what_differs_alone(folder: Path, capsys):
    assert stylize() == 0
    before = content()
    assert stylize("--steady", "0", "--update") == 0  # of clips alone
    assert capsys.readouterr().out.endswith("1 painted, 2 skipped, 0 failed\n")
    assert stylize("--steady", "0") == 0
    assert stylize("--strength", "0", "--steady", "0", "--update") == 0
    after = content()
    assert after["out/a.png"] != before["out/a.png"]
    assert np.array_equal(read_picture("out/a.png").pixels, picture(0).pixels)
    assert stylize("--strength", "0", "--steady", "0") == 0


def test_a_source_that_has_changed(folder: Path, capsys):
    assert stylize() == 0
    os.utime("in/a.png", ns=(1, 1))  # touched, and the same
    assert statuses()["a.png"] == ("skipped", [])
    write_picture("in/a.png", picture(9), overwrite=True)
    assert statuses() == {
        "a.png": ("outdated", ["the source has changed since"]),
        "c.gif": ("skipped", []),
        "sub/b.png": ("skipped", []),
    }
    assert statuses("--update")["a.png"] == ("made", [])
    assert statuses()["a.png"] == ("skipped", [])


def test_the_same_pictures_from_elsewhere_are_the_same(folder: Path, capsys):
    assert stylize() == 0
    Path("in").rename("moved")
    assert main(["stylize", "moved", "-o", "out", "--style", "tiny"]) == 0
    assert "3 skipped" in capsys.readouterr().out


def test_a_model_counts_by_its_content(folder: Path, make_style, capsys):
    first = make_style(folder / "one" / "own", file="style.onnx")
    copy = folder / "copy.onnx"
    copy.write_bytes(first.read_bytes())
    assert stylize("--style", str(first)) == 0
    assert stylize("--style", str(copy)) == 0  # another name of the same
    assert make_style(first.parent, file="style.onnx", halo_px=12) == first  # learnt anew
    assert stylize("--style", str(first)) == 1
    assert f"the model {first} has changed since" in capsys.readouterr().err


def test_what_was_changed_by_hand_is_never_updated(folder: Path, capsys):
    assert stylize() == 0
    write_picture("out/a.png", picture(7), overwrite=True)
    before = content()
    assert stylize("--strength", "0.5", "--update") == 1
    err = capsys.readouterr().err
    assert "note: changed since it was made: out/a.png" in err
    assert "left as it is; --overwrite replaces it" in err
    after = content()
    assert after["out/a.png"] == before["out/a.png"]
    assert after["out/sub/b.png"] != before["out/sub/b.png"]
    assert stylize("--strength", "0.5", "--overwrite") == 0
    assert content()["out/a.png"] != before["out/a.png"]


def test_results_without_a_record_are_left_and_told_of(folder: Path, capsys):
    assert stylize("--record", "never") == 0
    assert not list(Path("out").rglob(RECORD_NAME))
    for more in ((), ("--update",)):
        assert stylize("--strength", "0.5", *more) == 0
        assert "no record tells with which settings it was made: out/a.png, out/c.gif" in (
            capsys.readouterr().err
        )


def test_another_verb_made_it(folder: Path, capsys):
    assert main(["rough", "in", "-o", "out"]) == 0
    assert stylize() == 1
    assert (
        "differs: out/a.png, out/sub/b.png: made by rough, now stylize" in capsys.readouterr().err
    )


def test_one_result_alone_leaves_no_record(folder: Path, capsys):
    one = ["stylize", "in/a.png", "-o", "one/a.png", "--style", "tiny"]
    assert main(one) == 0
    assert [p.name for p in Path("one").iterdir()] == ["a.png"]
    assert main([*one, "--overwrite", "--record", "always", "--strength", "0.5"]) == 0
    assert main([*one, "--update"]) == 0  # now it is known
    capsys.readouterr()
    assert main(["info", "one/a.png", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["made with"] == "--style tiny"


def test_one_result_in_a_folder_with_a_record_is_recorded(folder: Path):
    assert stylize() == 0
    one = ["stylize", "in/a.png", "-o", "out/a.png", "--style", "tiny", "--overwrite"]
    assert main([*one, "--strength", "0"]) == 0
    assert statuses()["a.png"] == ("outdated", ["--strength was 0.0, now 1.0"])


def test_dry_run_tells_what_differs(folder: Path, capsys):
    assert stylize() == 0
    capsys.readouterr()
    assert stylize("--strength", "0", "--dry-run") == 0
    lines = capsys.readouterr().out.splitlines()
    differs = "--strength was 1.0, now 0.0"
    assert lines[0] == f"picture  in/a.png -> out/a.png (there, left as it is: {differs})"
    assert stylize("--strength", "0", "--dry-run", "--update") == 0
    assert f"(replaced: {differs})" in capsys.readouterr().out


def test_a_damaged_record_is_told_once_and_left(folder: Path, capsys):
    assert stylize() == 0
    Path("out", RECORD_NAME).write_text("{")
    assert stylize("--strength", "0") == 1  # that of out/sub still tells
    err = capsys.readouterr().err
    assert err.count(f"the record out/{RECORD_NAME} is not used (it is damaged)") == 1
    assert "differs: out/sub/b.png" in err
    assert Path("out", RECORD_NAME).read_text() == "{"


def test_layers_and_seeds(folder: Path, tiny_scene: str, capsys):
    word = ["scene", "--category", "Fantasy Forest", "--size", "48x32", "--method", "grbm"]
    assert main([*word, "--count", "2", "-o", "sc"]) == 0
    again = [*word[:1], "--category", "fantasy-forest", *word[3:], "-o", "sc"]
    assert main([*again, "--seed", "1", "--count", "2"]) == 0  # seed 1 is that of before
    assert capsys.readouterr().out.splitlines()[-1] == "1 painted, 1 skipped, 0 failed"
    assert main([*again, "--count", "2", "--strength", "0.5"]) == 1
    assert "--strength was 1.0, now 0.5" in capsys.readouterr().err
    assert main(["info", "sc/fantasy-forest-0001.png"]) == 0
    assert (
        "--category 'fantasy forest' --seed 1 --method grbm --size 48x32" in capsys.readouterr().out
    )


def test_info_of_results(folder: Path, capsys):
    assert stylize("--strength", "0.5") == 0
    capsys.readouterr()
    assert main(["info", "out/sub/b.png", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["made by"].startswith("paintreel stylize (version ")
    assert facts["made of"] == "../../in/sub/b.png"
    assert facts["made with"] == "--style tiny --strength 0.5"
    assert facts["made with model"].startswith("tiny (SHA-256 ")
    assert facts["since made"] == "unchanged"
    write_picture("out/sub/b.png", picture(3), overwrite=True)
    Path("in/sub/b.png").unlink()
    assert main(["info", "out/sub/b.png", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["since made"] == "changed"
    assert facts["made of"].endswith("(not there any more as it was)")
    assert main(["info", "out", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["kind"], facts["results"]) == ("folder of results", 3)
    assert facts["made, 1"].startswith("3 by paintreel stylize")


def test_frames_of_a_clip_are_one_result(folder: Path, capsys):
    frames = ["stylize", "in", "-o", "out", "--style", "tiny", "--codec", "png"]
    assert main(frames) == 0
    assert main(frames) == 0
    assert "3 skipped" in capsys.readouterr().out
    assert main(["info", "out/c/000001.png", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["since made"] == "part of c, unchanged"
    Path("out/c/mine.txt").touch()
    assert main([*frames, "--strength", "0", "--update"]) == 1
    assert Path("out/c/mine.txt").exists()
    assert "changed since it was made: out/c" in capsys.readouterr().err


def test_every_option_of_a_verb_that_makes_files_is_recorded_or_said_to_change_nothing(
    folder: Path,
):
    """A new option is compared without another line of code."""
    assert stylize() == 0
    record = read_record(Path("out"))
    of_clip = record.provenance_of("c.gif").settings
    of_picture = record.provenance_of("a.png").settings
    for field, facts, _ in described(options_of("stylize")):
        assert (field.name in of_picture) == (facts.affects in ("result", "picture"))
        assert (field.name in of_clip) == (facts.affects in ("result", "clip"))
    verbs = [options_of(verb) for verb in VERBS if issubclass(options_of(verb), FileOptions)]
    assert len(verbs) >= 3
    for cls in verbs:
        still = {f.name for f, facts, _ in described(cls) if facts.affects == "nothing"}
        assert {"overwrite", "update", "record", "json", "strict", "quiet", "output"} <= still


def test_overwrite_and_update_exclude_each_other(folder: Path, capsys):
    assert stylize("--overwrite", "--update") == 2
    assert "give one" in capsys.readouterr().err


def test_a_report_is_no_record(folder: Path, capsys):
    assert stylize("--json", f"out/{RECORD_NAME}") == 2
    assert "the name of the record" in capsys.readouterr().err


def test_two_runs_into_one_folder_record_all(folder: Path):
    for seed in range(12):
        write_picture(f"in/{seed}.png", picture(seed + 20))
    command = [sys.executable, "-m", "paintreel", "stylize", "in", "-o", "out", "--style", "tiny"]
    runs = [subprocess.Popen([*command, "--backend", "onnxruntime"]) for _ in range(2)]
    assert [run.wait() for run in runs] == [0, 0]
    found = statuses("--backend", "onnxruntime")
    assert all(each == ("skipped", []) for each in found.values())
    assert len(found) == 15
    recorded = set(read_record(Path("out")).results)
    assert recorded == {name for name in found if "/" not in name}


@pytest.mark.skipif(os.name == "nt", reason="sends signals")
def test_what_an_interrupted_run_has_made_is_recorded(folder: Path):
    code = """
import os, signal, sys
import paintreel.jobs.run as run
attempt, made = run._attempt, []
def counted(job, progress):
    if len(made) == 2:
        os.kill(os.getpid(), signal.SIGINT)
    made.append(job)
    return attempt(job, progress)
run._attempt = counted
from paintreel.cli.entry import start
start()
"""
    words = ["stylize", "in", "-o", "out", "--style", "tiny", "--workers", "1"]
    done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, check=False)
    assert done.returncode == 128 + signal.SIGINT, done.stderr
    there = {p.as_posix() for p in Path("out").rglob("[a-z]*.png")}
    assert there == {"out/a.png", "out/sub/b.png"}
    assert statuses() == {
        "a.png": ("skipped", []),
        "sub/b.png": ("skipped", []),
        "c.gif": ("made", []),
    }


def test_a_run_that_was_quicker_with_other_settings_is_told_of(folder: Path, capsys, monkeypatch):
    """Two runs into one folder: what the other has made meanwhile is compared too."""
    import paintreel.stylize.batch as batch

    paint, others = batch.paint_picture, []

    def late(src, dst, style, options, where):
        if not others:
            others.append(src)
            assert stylize("--strength", "0.5", "--workers", "1") == 0
        return paint(src, dst, style, options, where)

    monkeypatch.setattr(batch, "paint_picture", late)
    assert stylize("--workers", "1") == 1
    err = capsys.readouterr().err
    assert "differs: out/a.png" in err
    assert "--strength was 0.5, now 1.0" in err
    assert read_record(Path("out")).provenance_of("a.png").settings["strength"] == 0.5


def test_what_another_run_has_made_and_not_recorded_differs(folder: Path, capsys, monkeypatch):
    import paintreel.jobs.recorder as recorder
    import paintreel.stylize.batch as batch

    paint = batch.paint_picture

    def late(src, dst, style, options, where):
        if dst.name == "a.png":
            dst.parent.mkdir(exist_ok=True)
            dst.write_bytes(b"of another run")
        return paint(src, dst, style, options, where)

    monkeypatch.setattr(batch, "paint_picture", late)
    monkeypatch.setattr(recorder, "_WAIT_S", 0.1)
    found = statuses("--workers", "1")
    assert found["a.png"][0] == "outdated"
    assert "another run has made it meanwhile" in found["a.png"][1][0]
    Path("out/a.png").unlink()
    assert statuses("--record", "never")["a.png"] == ("skipped", [])


def test_a_result_is_recorded_as_soon_as_it_is_there(folder: Path, monkeypatch):
    import paintreel.stylize.batch as batch

    paint, seen = batch.paint_picture, []

    def look(src, dst, style, options, where):
        seen.append(read_record(Path("out")).provenance_of("a.png"))
        return paint(src, dst, style, options, where)

    monkeypatch.setattr(batch, "paint_picture", look)
    assert stylize("--workers", "1") == 0
    assert seen[0] is None
    assert seen[1].settings["style"] == "tiny"


def test_what_is_recorded_while_a_run_goes_on_is_known_at_its_end(folder: Path, monkeypatch):
    """Another run has placed a result, and records it after this one has looked at first."""
    import paintreel.stylize.batch as batch

    assert stylize("--strength", "0.5") == 0
    record = Path("out", RECORD_NAME)
    text = record.read_text()
    record.unlink()
    Path("out/sub/b.png").unlink()
    paint = batch.paint_picture

    def late(src, dst, style, options, where):
        record.write_text(text)
        return paint(src, dst, style, options, where)

    monkeypatch.setattr(batch, "paint_picture", late)
    assert statuses("--workers", "1")["a.png"] == ("outdated", ["--strength was 0.5, now 1.0"])


def test_a_full_disk_names_no_record_that_is_not_there(folder: Path, capsys, monkeypatch):
    import paintreel.jobs.recorder as recorder

    monkeypatch.setattr(recorder, "add_provenances", lambda *_: "no space left on the disk")
    assert stylize() == 0
    err = capsys.readouterr().err
    assert "how the results in out were made is not recorded: no space left on the disk" in err
    assert "remove it" not in err


def test_a_source_that_is_gone(folder: Path):
    two = ["stylize", "in/a.png", "in/sub/b.png", "-o", "out", "--style", "tiny", "--quiet"]
    assert main(two) == 0
    Path("in/a.png").unlink()
    assert main([*two, "--json", "r.json"]) == 1
    first = json.loads(Path("r.json").read_text())["files"][0]
    assert (first["status"], first["differs"]) == ("outdated", ["the source is not there any more"])


def test_a_job_that_no_file_is_called_after(tmp_path: Path):
    """Jobs of verbs that make files of words are compared by their settings alone."""
    from paintreel.jobs.job import Job
    from paintreel.jobs.recorder import Recorder
    from paintreel.jobs.run import Batch, run_batch

    def job(name: str, result: Path, shot: int) -> Job:
        def make(progress: object) -> None:
            result.write_text(name)

        return Job(name, (result,), make, facts={"n": shot})

    def run(shot: int) -> list[str]:
        jobs = [job(f"shot {n}", tmp_path / f"{n}.txt", shot) for n in (1, 2)]
        batch = Batch(tuple(jobs), skips_done=True)
        recorder = Recorder("short", FileOptions(), version="1", several=True)
        return [outcome.status for outcome in run_batch(batch, recorder=recorder)]

    assert run(1) == ["made", "made"]
    assert run(1) == ["skipped", "skipped"]
    assert run(2) == ["outdated", "outdated"]
