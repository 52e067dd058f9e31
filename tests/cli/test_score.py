from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from paintreel.cli.main import main
from paintreel.imaging.files import Picture, write_picture


@pytest.fixture
def folders(tmp_path: Path) -> tuple[str, str]:
    rng = np.random.default_rng(0)
    for i, group in enumerate(("calm", "wild", "wild")):
        pixels = rng.integers(0, 200, (16, 20, 3), np.uint8)
        for name, shift in (("ref", 0), ("gen", 5 * (i + 1))):
            write_picture(tmp_path / name / group / f"{i}.png", Picture(pixels + np.uint8(shift)))
    return str(tmp_path / "gen"), str(tmp_path / "ref")


def test_table_json_and_report(folders, tmp_path, capsys):
    gen, ref = folders
    out, report = tmp_path / "out.json", tmp_path / "report.html"
    arguments = ["--reference", ref, "--metrics", "psnr,image_loss", "--by", "folder"]
    code = main(["score", gen, *arguments, "--json", str(out), "--report", str(report)])
    assert code == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    opening, _, rest = printed.out.partition("\n\n")
    assert opening.startswith("3 pictures. Nearness to the reference: PSNR ")
    assert rest.splitlines()[0].split() == [
        "measure", "better", "mean", "sd", "n", "95%", "interval",
    ]  # fmt: skip
    assert "\nwild\n" in printed.out
    facts = json.loads(out.read_text())
    assert next(iter(facts)) == "verdict"
    assert facts["verdict"]["sentence"] == " ".join(opening.split())
    assert facts["measures"]["psnr"]["better"] == "higher"
    assert facts["measures"]["psnr"]["says"].startswith("How far the pixels")
    assert set(facts["summary"]) == {"psnr", "image_loss"}
    assert set(facts["summary"]["psnr"]) == {"mean", "sd", "n", "ci95"}
    loss = [pair["image_loss"] for pair in facts["pairs"]]
    assert loss == pytest.approx([5 / 255, 10 / 255, 15 / 255])
    assert facts["summary"]["image_loss"]["mean"] == pytest.approx(10 / 255)
    assert facts["pairs"][0]["name"] == "calm/0.png"
    assert facts["by"]["wild"]["image_loss"]["mean"] == pytest.approx(12.5 / 255)
    assert facts["by"]["calm"]["image_loss"]["n"] == 1
    assert report.read_text().startswith("<!doctype html>")


def test_statistics_are_saved_and_are_a_reference_then(folders, tmp_path, capsys):
    gen, ref = folders
    stored = tmp_path / "ref.npz"
    assert main(["score", ref, "--metrics", "gini_gradient", "--save-statistics", str(stored)]) == 0
    arguments = ["--metrics", "kd", "--json", "-"]
    capsys.readouterr()
    assert main(["score", gen, "--reference", str(stored), *arguments]) == 0
    by_file = json.loads(capsys.readouterr().out)
    assert main(["score", gen, "--reference", ref, *arguments]) == 0
    by_folder = json.loads(capsys.readouterr().out)
    assert list(by_file["summary"]) == ["kd_dske"]
    assert by_file["settings"]["reference_statistics"] == 3
    kd = by_file["summary"]["kd_dske"]
    assert kd["ci95"][0] <= by_folder["summary"]["kd_dske"]["mean"] <= kd["ci95"][1]


def test_json_to_standard_output_is_nothing_but_json(folders, capsys):
    gen, ref = folders
    assert main(["score", gen, "--reference", ref, "--json", "-", "--metrics", "mse"]) == 0
    assert json.loads(capsys.readouterr().out)["summary"]["mse"]["n"] == 3


def test_the_same_seed_gives_the_same_figures(folders, capsys):
    gen, ref = folders
    arguments = [
        "score",
        gen,
        "--reference",
        ref,
        "--json",
        "-",
        "--metrics",
        "psnr",
        "--seed",
        "4",
    ]
    main(arguments)
    first = capsys.readouterr().out
    main(arguments)
    assert capsys.readouterr().out == first


def test_failures_are_named_and_the_rest_is_scored(folders, capsys):
    gen, ref = folders
    broken = Path(gen, "wild", "1.png")
    broken.write_bytes(b"nothing")
    write_picture(Path(gen, "extra.png"), Picture(np.zeros((4, 4, 3), np.uint8)))
    assert main(["score", gen, "--reference", ref, "--metrics", "psnr", "--json", "-"]) == 1
    printed = capsys.readouterr()
    facts = json.loads(printed.out)
    assert [entry["name"] for entry in facts["failed"]] == ["wild/1.png"]
    assert facts["unmatched"]["generated"] == [str(Path(gen, "extra.png"))]
    assert facts["summary"]["psnr"]["n"] == 2
    assert f"failed: cannot read {broken}" in printed.err
    assert "1 failed, 2 of 3 scored" in printed.err
    assert "unmatched: 1 scored without counterpart" in printed.err


def test_quiet_prints_failures_only(folders, capsys):
    gen, ref = folders
    Path(gen, "calm", "0.png").unlink()
    assert main(["score", gen, "--reference", ref, "-q", "--metrics", "psnr"]) == 0
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ("", "")


def test_a_measure_that_was_asked_for_and_is_not_defined(folders, capsys):
    gen, ref = folders
    assert main(["score", gen, "--reference", ref, "--metrics", "ms_ssim"]) == 1
    assert "not measured: calm/0.png: ms_ssim: " in capsys.readouterr().err
    assert main(["score", gen, "--reference", ref]) == 0  # of the usual list it is only noted
    assert "note: no ms_ssim of 3 files" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere"], "no such file or folder"),
        (["GEN", "--metrics", "pnsr"], "did you mean 'psnr'"),
        (["GEN", "--metrics", "psnr"], "give one with --reference"),
        (["GEN", "--reference", "REF", "--metrics", "fd"], "dske has 64 features"),
        (["GEN", "--extractor", "none.onnx", "--metrics", "kd", "--reference", "REF"], "no such"),
        (["GEN", "--save-statistics", "out.txt"], "expected a name ending in .npz"),
        (["GEN", "--reference", "none.npz"], "no such file"),
        (["GEN", "--reference", "nowhere"], "no such file or folder"),
        (["GEN", "--by", "mood"], "cannot group by 'mood'"),
        (["GEN", "--for", "nonsense"], "Questions: painting (results are paintings"),
        (["GEN", "--for", "restauration", "--reference", "REF"], "did you mean 'restoration'?"),
        (["GEN", "--for", "painting"], "--for painting: results are paintings of the reference"),
        (["GEN", "--for", "scene"], "with --reference, or a set that they should be like with"),
        (["GEN", "--for", "scene", "--art", "nowhere"], "no such file or folder"),
        (["GEN", "--for", "scene", "--art", "GEN"], "holds what is scored"),
        (["GEN", "--for", "scene", "--art", "REF/calm/0.png"], "is one picture"),
        (["GEN", "--art", "REF", "--metrics", "gini_gradient"], "add kd to --metrics"),
        (["GEN", "--workers", "0"], "expected 1 to 64"),
        ([], "needs GENERATED"),
    ],
)
def test_bad_usage(folders, capsys, arguments, message):
    gen, ref = folders
    words = [a.replace("GEN", gen).replace("REF", ref) for a in arguments]
    assert main(["score", *words]) == 2
    assert message in capsys.readouterr().err


def test_what_was_scored_is_printed_though_the_report_cannot_be_written(
    folders, tmp_path, capsys, monkeypatch
):
    from paintreel.errors import OutputError
    from paintreel.scoring import report_parts

    def full(path: str, text: str) -> None:
        raise OutputError(f"cannot write {path}: no space left on the disk")

    monkeypatch.setattr(report_parts, "write_report", full)
    gen, ref = folders
    report = str(tmp_path / "r.html")
    code = main(["score", gen, "--reference", ref, "--metrics", "psnr", "--report", report])
    assert code == 1
    printed = capsys.readouterr()
    assert "psnr" in printed.out
    assert "paintreel: cannot write" in printed.err


@pytest.mark.parametrize("option", ["--report", "--json"])
def test_a_report_that_cannot_be_written_is_told_before_the_work(folders, tmp_path, capsys, option):
    gen, ref = folders
    for place in (tmp_path, tmp_path / "gen" / "calm" / "0.png" / "r"):
        code = main(["score", gen, "--reference", ref, "--metrics", "psnr", option, str(place)])
        printed = capsys.readouterr()
        assert (code, printed.out) == (2, "")
        assert "cannot write" in printed.err


@pytest.mark.parametrize("verb", ["score", "compare"])
def test_max_pixels_counts_for_clips(tmp_path, make_lossless_clip, make_picture, verb, capsys):
    frames = [make_picture(seed, 40, 50) for seed in range(3)]
    for name in "xy":
        make_lossless_clip(tmp_path / name / "a.mkv", frames)
    folders = [str(tmp_path / name) for name in "xy"]
    words = [verb, *folders[: 1 if verb == "score" else 2], "--reference", folders[0]]
    words += ["--metrics", "ssim"]
    assert main([*words, "--max-pixels", "2000"]) == 0
    capsys.readouterr()
    assert main([*words, "--max-pixels", "1999"]) == (1 if verb == "score" else 2)
    assert "has 2,000 pixels, the limit is 1,999" in capsys.readouterr().err
