"""`--device` through the commands: one note a run, recorded with each result, listed by info."""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import paintreel
from paintreel.cli.main import main
from paintreel.imaging.files import Picture, read_picture, write_picture
from paintreel.jobs.record import RECORD_NAME
from paintreel.scenes import methods

CUDA = "CUDAExecutionProvider"


@pytest.fixture(autouse=True)
def nothing_loaded():
    """What was loaded by other tests stays on what it was loaded for."""
    methods._loaded.cache_clear()
    yield
    methods._loaded.cache_clear()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tiny_style: str) -> Path:
    """The working folder, with two pictures and an animation in ``in``, and a sketch."""
    monkeypatch.chdir(tmp_path)
    for seed, name in enumerate(("a.png", "b.png")):
        pixels = np.random.default_rng(seed).integers(0, 256, (40, 48, 3), np.uint8)
        write_picture(Path("in", name), Picture(pixels))
    frames = [Image.new("RGB", (16, 16), colour) for colour in ("black", "red")]
    frames[0].save("in/c.gif", save_all=True, append_images=frames[1:], duration=100)
    return tmp_path


def stylize(*arguments: str) -> int:
    return main(["stylize", "in", "-o", "out", "--style", "tiny", "--threads", "1", *arguments])


def device_notes(text: str) -> list[str]:
    """The lines that speak of a device."""
    return [line for line in text.splitlines() if "runs on" in line]


def test_pictures_and_a_clip_with_one_note(folder: Path, capsys):
    assert stylize("--device", "cuda") == 0
    printed = capsys.readouterr()
    assert printed.out == "3 painted, 0 skipped, 0 failed\n"
    (note,) = device_notes(printed.err)
    assert note.startswith("note: device cuda is ")
    painted = {
        p.name: p.read_bytes() for p in Path("out").iterdir() if p.suffix in (".png", ".gif")
    }
    assert stylize("--device", "cpu", "--overwrite") == 0
    printed = capsys.readouterr()
    assert device_notes(printed.err) == []
    assert painted == {name: Path("out", name).read_bytes() for name in painted}


def test_a_package_whose_driver_is_missing_too(folder: Path, fake_providers, capsys):
    fake_providers(CUDA, fails="silently")
    assert stylize() == 0
    (note,) = device_notes(capsys.readouterr().err)
    assert "NVIDIA CUDA is installed but cannot be used" in note


def test_nothing_is_said_with_quiet(folder: Path, capsys):
    assert stylize("--device", "gpu", "--quiet") == 0
    assert capsys.readouterr().err == ""
    assert stylize("--device", "gpu", "--strict", "--overwrite") == 0  # nothing is lost


def test_one_that_fails_in_the_midst_of_a_batch(folder: Path, fake_providers, monkeypatch, capsys):
    fake = fake_providers(CUDA, fails="later")
    monkeypatch.setattr(fake, "call", broken_after(fake, 3))
    assert stylize("--workers", "1") == 0
    notes = device_notes(capsys.readouterr().err)
    assert len(notes) == 1
    assert "NVIDIA CUDA failed while it ran (out of memory)" in notes[0]
    made = json.loads(Path("out", RECORD_NAME).read_text())["results"]
    assert made["c.gif"]["machine"]["device"] == "cpu"  # made last


def broken_after(fake, calls: int):
    """`fake.call` that breaks after so many calls."""
    real, done = fake.call, [0]

    def call(run, *given):
        done[0] += 1
        fake.broken = done[0] > calls
        return real(run, *given)

    return call


class TestRecords:
    def test_what_a_result_was_made_on(self, folder: Path, fake_providers, capsys):
        fake_providers(CUDA)
        assert stylize("--json", "r.json") == 0
        assert json.loads(Path("r.json").read_text())["machine"] == {
            "backend": "onnxruntime",
            "device": "cuda",
        }
        capsys.readouterr()
        for name in ("a.png", "c.gif"):
            assert main(["info", f"out/{name}", "--json"]) == 0
            facts = json.loads(capsys.readouterr().out)
            assert facts["made on"] == "cuda, by onnxruntime"

    def test_another_device_makes_no_other_picture(self, folder: Path, fake_providers, capsys):
        fake_providers(CUDA)
        assert stylize() == 0
        assert stylize("--device", "cpu") == 0
        assert "0 painted, 3 skipped" in capsys.readouterr().out

    def test_records_of_before_are_read(self, folder: Path, capsys):
        assert stylize() == 0
        path = Path("out", RECORD_NAME)
        table = json.loads(path.read_text())
        for entry in table["results"].values():
            del entry["machine"]
        path.write_text(json.dumps(table))
        assert stylize() == 0
        assert "0 painted, 3 skipped" in capsys.readouterr().out
        assert main(["info", "out/a.png", "--json"]) == 0
        assert "made on" not in json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("verb", ["stylize", "scene", "score"])
def test_unknown_names_are_bad_usage(folder: Path, verb: str, capsys):
    start = {"stylize": ["in"], "scene": ["forest"], "score": ["in"]}[verb]
    assert main([verb, *start, "--device", "cudda"]) == 2
    said = capsys.readouterr().err
    assert "'auto', 'cpu', 'cuda', 'directml', 'coreml', 'gpu'); did you mean 'cuda'?" in said


def test_looks_of_several_styles_with_one_note(folder: Path, capsys):
    assert main(["stylize", "in/a.png", "--looks", "looks.png", "--device", "coreml"]) == 0
    assert len(device_notes(capsys.readouterr().err)) == 1
    assert read_picture(Path("looks.png")).pixels.ndim == 3


class TestScene:
    def test_from_words_and_from_roughs(self, folder: Path, tiny_scene: str, capsys):
        words = ["scene", "a forest", "--size", "64x48", "--count", "2", "-o", "scenes"]
        assert main([*words, "--device", "cuda"]) == 0
        assert len(device_notes(capsys.readouterr().err)) == 1
        assert main(["scene", "--rough", "in", "-o", "finished", "--device", "cuda"]) == 0
        assert len(device_notes(capsys.readouterr().err)) == 1

    def test_on_the_accelerator(self, folder: Path, tiny_scene: str, fake_providers, capsys):
        fake = fake_providers(CUDA)
        words = ["scene", "a forest", "--size", "64x48", "-o", "f.png", "--record", "always"]
        assert main([*words, "--device", "cuda"]) == 0
        assert fake.sessions
        capsys.readouterr()
        assert main(["info", "f.png", "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["made on"] == "cuda, by onnxruntime"

    def test_rules_need_no_device(self, folder: Path, capsys):
        words = ["scene", "a forest", "--method", "grbm", "--size", "64x48", "-o", "f.png"]
        assert main([*words, "--device", "cuda"]) == 0
        assert device_notes(capsys.readouterr().err) == []


class TestScore:
    @pytest.fixture
    def pictures(self, folder: Path, make_picture, add_noise, save_picture) -> list[str]:
        for n in range(3):
            save_picture(Path("ref", f"{n}.png"), make_picture(n, 64, 64))
            save_picture(Path("got", f"{n}.png"), add_noise(make_picture(n, 64, 64), 8.0))
        return ["score", "got", "--reference", "ref", "--metrics", "perceptual"]

    def test_on_the_processor_unless_asked(self, pictures: list[str], fake_providers, capsys):
        fake = fake_providers(CUDA)
        assert main([*pictures, "--json", "-"]) == 0
        plain = json.loads(capsys.readouterr().out)
        assert (fake.sessions, plain["settings"]["device"]) == ([], "cpu")
        assert main([*pictures, "--json", "-", "--device", "cuda"]) == 0
        fast = json.loads(capsys.readouterr().out)
        assert fast["settings"]["device"] == "cuda"
        assert fake.sessions
        assert figures(fast) == pytest.approx(figures(plain))

    def test_one_note(self, pictures: list[str], fake_providers, capsys):
        fake_providers(CUDA, fails="raises")
        json_file = ["--json", "out.json", "--report", "out.html"]
        assert main([*pictures, "--device", "auto", *json_file]) == 0
        assert len(device_notes(capsys.readouterr().err)) == 1
        facts = json.loads(Path("out.json").read_text())
        assert facts["settings"]["device"] == "cpu"
        assert facts["notes"][0]["kind"] == "device-fallback"
        assert "NVIDIA CUDA is installed but cannot be used" in Path("out.html").read_text()

    def test_one_note_of_several_systems(self, pictures: list[str], capsys):
        compared = ["compare", "got", "ref", "--reference", "ref", "--metrics", "perceptual"]
        main([*compared, "--device", "gpu"])
        assert len(device_notes(capsys.readouterr().err)) == 1


def figures(facts: dict) -> list[float]:
    return [row["mean"] for row in facts["summary"].values()]


def test_info_lists_devices(folder: Path, fake_providers, capsys):
    fake_providers(CUDA)
    assert main(["info", "--system", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["--device auto"] == facts["--device cuda"] == "cuda, by ONNX Runtime"
    assert "devices of onnxruntime" in facts
    fake_providers(CUDA, fails="silently")
    assert main(["info", "--system"]) == 0
    assert "NVIDIA CUDA is installed but cannot be used" in capsys.readouterr().out


class TestPython:
    def test_a_style_and_a_clip(self, folder: Path, style_file: Path, fake_providers):
        fake_providers(CUDA)
        style = paintreel.Style(style_file, device="cuda", threads=1)
        assert (style.model.device, style.notes) == ("cuda", ())
        report = paintreel.stylize_video("in/c.gif", "c.gif", style=style_file, device="directml")
        assert [note.kind for note in report.notes].count("device-fallback") == 1
        report = paintreel.stylize_video("in/c.gif", "d.gif", style=style)
        assert not any(note.kind.startswith("device") for note in report.notes)

    def test_a_picture_warns_of_what_could_not_be_had(self, folder: Path, make_style):
        path = make_style(folder / "own")
        with pytest.warns(RuntimeWarning, match="device cuda is "):
            painted = paintreel.stylize("in/a.png", style=path, device="cuda", threads=1)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            plain = paintreel.stylize("in/a.png", style=path, device="cpu", threads=1)
        assert np.array_equal(np.asarray(painted), np.asarray(plain))

    def test_a_scene_warns_too(self, folder: Path, tiny_scene: str):
        with pytest.warns(RuntimeWarning, match="device gpu is "):
            paintreel.scene("forest", size=(64, 48), device="gpu", threads=1)
        with pytest.warns(RuntimeWarning, match="device gpu is "):
            next(paintreel.parallax("forest", size=(64, 48), device="gpu", threads=1, seconds=0.2))

    def test_unknown_names(self, folder: Path, style_file: Path):
        for call in (
            lambda: paintreel.Style(style_file, device="cudda"),
            lambda: paintreel.stylize("in/a.png", style=style_file, device="cudda"),
            lambda: paintreel.stylize_video("in/c.gif", "d.gif", style=style_file, device="cudda"),
            lambda: paintreel.scene("forest", device="cudda"),
        ):
            with pytest.raises(paintreel.PaintreelError, match="expected one of auto, cpu, cuda"):
                call()
