"""Runs over small folders and clips: values, bad input, both ways of working."""

from __future__ import annotations

import struct
import sys
import zlib
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from PIL import Image

from paintreel import metrics
from paintreel.errors import InputError, UnreadableFile
from paintreel.imaging.files import read_picture, write_picture
from paintreel.metrics.table import MEASURES, Measure
from paintreel.runtime.extractor import OnnxExtractor
from paintreel.score.report import score_report
from paintreel.score.score import score
from paintreel.scoring.options import ScoringOptions
from paintreel.scoring.score_plan import plan_scores
from paintreel.scoring.score_run import score_plan


def test_values_are_those_of_the_functions(noisy_folders, make_picture, add_noise):
    gen, ref = noisy_folders
    run = score(gen, ref, ScoringOptions(metrics="psnr,ssim,image_loss,ciede2000"))
    first = run.outcomes[0]
    a, b = add_noise(make_picture(0), 4.0, 0), make_picture(0)
    assert first.item.name == "calm/0.png"
    assert first.scores["psnr"] == metrics.psnr(a, b)
    assert first.scores["ssim"] == metrics.ssim(a, b)
    assert first.scores["image_loss"] == metrics.image_loss(a, b)
    assert first.scores["ciede2000"] == metrics.mean_ciede2000(a, b)
    psnr = run.column("psnr")
    assert psnr == sorted(psnr, reverse=True)
    figures = run.summary()["psnr"]
    assert figures.mean == pytest.approx(np.mean(psnr))
    assert figures.sd == pytest.approx(np.std(psnr, ddof=1))
    assert figures.n == 4
    assert figures.ci95[0] < figures.mean < figures.ci95[1]


def test_an_unreadable_file_stops_nothing(noisy_folders):
    gen, ref = noisy_folders
    (gen / "calm" / "0.png").write_bytes(b"\x89PNG\r\n\x1a\n broken")
    (ref / "wild" / "3.png").write_bytes(b"")
    run = score(gen, ref, ScoringOptions(metrics="psnr"))
    assert [o.item.name for o in run.outcomes] == ["calm/1.png", "wild/2.png"]
    assert [o.item.name for o in run.failed] == ["calm/0.png", "wild/3.png"]
    assert str(gen / "calm" / "0.png") in run.failed[0].error
    assert "empty" in run.failed[1].error


def test_high_dynamic_range_is_measured_as_it_is_painted_and_said(tmp_path, make_picture):
    """Tone-mapped, as `stylize` reads it, beside the same picture of standard range."""
    path = tmp_path / "hdr.png"
    Image.fromarray(make_picture(0)).save(path)
    data = path.read_bytes()
    chunk = b"cICP" + bytes([9, 16, 0, 1])
    chunk = struct.pack(">I", 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
    path.write_bytes(data[:33] + chunk + data[33:])
    plain = tmp_path / "sdr.png"
    write_picture(plain, read_picture(path))
    run = score(path, plain, ScoringOptions(metrics="mse"))
    assert run.outcomes[0].scores["mse"] == 0
    (note,) = run.outcomes[0].notes
    assert note.startswith(f"{path}: high dynamic range, PQ (HDR10): tone-mapped")


def test_unequal_sizes_need_resize(tmp_path: Path, make_picture, save_picture):
    a = save_picture(tmp_path / "a.png", make_picture(0, 40, 30))
    b = save_picture(tmp_path / "b.png", make_picture(0, 48, 64))
    run = score(a, b, ScoringOptions(metrics="psnr"))
    assert "a.png is 30x40 and" in run.failed[0].error
    assert "b.png 64x48; --resize" in run.failed[0].error
    run = score(a, b, ScoringOptions(metrics="psnr", resize=True))
    assert run.outcomes[0].notes == ["resized from 30x40 to 64x48"]
    assert 0 < run.outcomes[0].scores["psnr"] < 40


def test_alpha_is_refused_unless_opaque(tmp_path: Path, make_picture, save_picture):
    colour = make_picture(0)
    alpha = np.full(colour.shape[:2], 255, np.uint8)
    ref = save_picture(tmp_path / "ref.png", colour)
    solid = save_picture(tmp_path / "solid.png", np.dstack([colour, alpha]))
    assert score(solid, ref, ScoringOptions(metrics="image_loss")).column("image_loss") == [0.0]
    alpha[3, 4] = 254
    glass = save_picture(tmp_path / "glass.png", np.dstack([colour, alpha]))
    assert "partly transparent" in score(glass, ref, ScoringOptions(metrics="psnr")).failed[0].error


def test_grey_meets_colour_and_16_bits_meet_8(tmp_path: Path, make_picture, save_picture):
    grey = make_picture(0)[..., 0]
    colour = save_picture(tmp_path / "colour.png", np.dstack([grey] * 3))
    deep = save_picture(tmp_path / "deep.png", grey.astype(np.uint16) * 257)
    loss = score(deep, colour, ScoringOptions(metrics="image_loss")).column("image_loss")
    assert loss == pytest.approx([0.0], abs=1e-7)


def test_one_pixel(tmp_path: Path, save_picture):
    a = save_picture(tmp_path / "a.png", np.full((1, 1, 3), 100, np.uint8))
    b = save_picture(tmp_path / "b.png", np.full((1, 1, 3), 151, np.uint8))
    run = score(a, b)
    assert run.outcomes[0].scores["image_loss"] == pytest.approx(0.2)
    assert "at least 11x11" in run.outcomes[0].undefined["ssim"]
    assert run.missing() == []
    assert "64 px" in run.undefined["radial_spectrum_distance"] or (
        "64 pixels" in run.undefined["radial_spectrum_distance"]
    )
    asked = score(a, b, ScoringOptions(metrics="ssim"))
    assert asked.missing()[0].startswith("a.png: ssim:")
    assert score(a).outcomes[0].scores["scene_coherence"] == 1.0


def test_identical_pictures_have_no_psnr(noisy_folders):
    _, ref = noisy_folders
    run = score(ref, ref, ScoringOptions(metrics="psnr,ssim"))
    assert "identical" in run.outcomes[0].undefined["psnr"]
    assert run.summary()["psnr"].as_dict() == {"mean": None, "sd": None, "n": 0, "ci95": None}
    assert run.summary()["ssim"].ci95 == (1.0, 1.0)
    assert run.missing() == []


def test_alone_gives_scene_measures(noisy_folders):
    run = score(noisy_folders[0] / "calm" / "0.png")
    assert set(run.outcomes[0].scores) >= set(metrics.scene.SCENE_MEASURES) | {"gini_gradient"}


def test_sets_take_unmatched_files_too(noisy_folders, extractor_file, make_picture, save_picture):
    gen, ref = noisy_folders
    for i in range(4, 9):
        save_picture(ref / f"{i}.png", make_picture(i))
    save_picture(gen / "extra.png", make_picture(30))
    options = ScoringOptions(metrics="fd,kd,perceptual", extractor=extractor_file)
    run = score(gen, ref, options)
    vectors = {
        "gen": [OnnxExtractor(extractor_file).vectors(_batch(p)) for p in _all(gen)],
        "ref": [OnnxExtractor(extractor_file).vectors(_batch(p)) for p in _all(ref)],
    }
    sides = []
    for rows in vectors.values():
        side = metrics.FeatureStatistics(3, name="toy")
        side.update(np.concatenate(rows))
        sides.append(side)
    assert list(run.summary()) == ["perceptual_toy", "fd_toy", "kd_toy"]
    assert run.sets["fd_toy"].mean == pytest.approx(metrics.frechet_distance(*sides), rel=1e-6)
    assert run.sets["fd_toy"].n == 5
    assert run.sets["kd_toy"].ci95 is not None


def test_saved_statistics_stand_for_their_folder(
    noisy_folders, extractor_file, tmp_path, save_picture, make_picture
):
    gen, ref = noisy_folders
    for i in range(4):  # large enough for spectra
        save_picture(gen / f"large{i}.png", make_picture(i, 70, 90))
        save_picture(ref / f"large{i}.png", make_picture(i + 20, 70, 90))
    own = ScoringOptions(metrics="gini_gradient", extractor=extractor_file)
    gathered = score(ref, options=own, gather=True).gathered
    stored = tmp_path / "ref.npz"
    gathered.save(stored)
    options = ScoringOptions(extractor=extractor_file, metrics="distribution")
    by_folder, by_file = score(gen, ref, options), score(gen, stored, options)
    assert set(by_file.sets) == {"fd_toy", "kd_toy", "radial_spectrum_distance"}
    for name, figures in by_file.sets.items():
        loose = 1e-3 if name == "kd_toy" else 1e-9  # other random subsets of the same vectors
        assert figures.mean == pytest.approx(by_folder.sets[name].mean, rel=1e-6, abs=loose)
    assert by_file.missing() == []
    assert by_file.summary()["fd_toy"].n == 8


def test_statistics_that_do_not_fit_the_run(noisy_folders, extractor_file, tmp_path):
    gen, _ = noisy_folders
    other = metrics.FeatureStatistics(3, name="other")
    other.update(np.random.default_rng(0).random((9, 3)))
    other.save(tmp_path / "other.npz")
    options = ScoringOptions(extractor=extractor_file, metrics="fd")
    with pytest.raises(InputError, match="holds features of 'other' and this run would extract"):
        plan_scores(gen, tmp_path / "other.npz", options)
    with pytest.raises(UnreadableFile, match="no such file"):
        plan_scores(gen, tmp_path / "none.npz", options)
    few = metrics.FeatureStatistics(3, name="toy")
    few.update(np.random.default_rng(0).random((2, 3)))
    few.save(tmp_path / "few.npz")
    with pytest.raises(InputError, match="toy has 3 features and there are 2 reference"):
        plan_scores(gen, tmp_path / "few.npz", options)


def _all(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.png"))


def _batch(path: Path) -> np.ndarray:
    from paintreel.imaging.files import read_picture
    from paintreel.metrics.extractors import to_batch

    return to_batch([read_picture(path).pixels])


def test_too_few_for_a_frechet_distance(noisy_folders, extractor_file):
    gen, ref = noisy_folders
    pair = gen / "calm" / "0.png", ref / "calm" / "0.png"
    with pytest.raises(InputError, match="toy has 3 features and there are 1 scored"):
        plan_scores(*pair, ScoringOptions(metrics="fd", extractor=extractor_file))
    usual = score(*pair, ScoringOptions(extractor=extractor_file))
    assert "singular covariance" in usual.undefined["fd_toy"]
    biased = ScoringOptions(metrics="fd", extractor=extractor_file, allow_biased=True)
    assert score(gen / "calm", ref / "calm", biased).sets["fd_toy"].mean >= 0.0


def test_spectra_of_sets(tmp_path: Path, make_picture, add_noise, save_picture):
    for i in range(3):
        save_picture(tmp_path / "gen" / f"{i}.png", add_noise(make_picture(i, 70, 80), 20.0))
        save_picture(tmp_path / "ref" / f"{i}.png", make_picture(i, 70, 80))
    run = score(
        tmp_path / "gen", tmp_path / "ref", ScoringOptions(metrics="radial_spectrum_distance")
    )
    expected = metrics.radial_spectrum_distance(
        [add_noise(make_picture(i, 70, 80), 20.0) for i in range(3)],
        [make_picture(i, 70, 80) for i in range(3)],
    )
    assert run.sets["radial_spectrum_distance"].mean == pytest.approx(expected)


def test_clips_frame_by_frame(tmp_path: Path, make_picture, add_noise, make_lossless_clip):
    frames = [make_picture(1)] * 5
    noisy = [add_noise(frame, 5.0, i) for i, frame in enumerate(frames)]
    ref = make_lossless_clip(tmp_path / "ref.mkv", frames)
    gen = make_lossless_clip(
        tmp_path / "gen.mkv", [noisy[0], noisy[1], noisy[3], noisy[4]], [0, 1, 3, 4]
    )
    seen = []
    run = score_plan(
        plan_scores(gen, ref, ScoringOptions(metrics="image_loss,temporal")),
        on_frame=lambda item, done, total: seen.append(done),
    )
    [outcome] = run.outcomes
    expected = [metrics.image_loss(noisy[i], frames[i]) for i in (0, 1, 3, 4)]
    assert outcome.scores["image_loss"] == pytest.approx(np.mean(expected))
    assert outcome.frames == 4
    assert seen == [1, 2, 3, 4]
    assert outcome.notes == [f"1 frames of {ref} have no counterpart in time"]
    stability = metrics.warping_error([noisy[i] for i in (0, 1, 3, 4)], [frames[1]] * 4)
    assert outcome.scores["warping_error"] == pytest.approx(stability.error)
    assert "no ratio" in outcome.undefined["warping_ratio"]  # the reference stands still


def test_clip_ratios(tmp_path: Path, make_picture, add_noise, make_lossless_clip):
    still = [add_noise(make_picture(1), 2.0, i) for i in range(4)]
    shaky = [add_noise(frame, 6.0, 9 + i) for i, frame in enumerate(still)]
    ref = make_lossless_clip(tmp_path / "ref.mkv", still)
    gen = make_lossless_clip(tmp_path / "gen.mkv", shaky)
    scores = score(gen, ref, ScoringOptions(metrics="temporal")).outcomes[0].scores
    assert scores["warping_ratio"] > 1.5
    assert scores["flicker_ratio"] > 1.5


def test_a_clip_of_one_frame_and_of_another_size(tmp_path: Path, make_picture, make_lossless_clip):
    one = make_lossless_clip(tmp_path / "one.mkv", [make_picture(1)])
    run = score(one, one, ScoringOptions(metrics="image_loss,temporal"))
    assert run.outcomes[0].scores == {"image_loss": 0.0}
    assert "at least two frames" in run.outcomes[0].undefined["flicker"]
    small = make_lossless_clip(tmp_path / "small.mkv", [make_picture(1, 24, 32)])
    assert "32x24" in score(small, one, ScoringOptions(metrics="psnr")).failed[0].error
    resized = score(small, one, ScoringOptions(metrics="psnr", resize=True))
    assert resized.outcomes[0].scores["psnr"] > 10


def test_a_damaged_clip_is_named(tmp_path: Path, make_picture, make_lossless_clip):
    make_lossless_clip(tmp_path / "good.mkv", [make_picture(1)] * 3)
    (tmp_path / "bad.mkv").write_bytes(b"not a clip at all")
    run = score(tmp_path, options=ScoringOptions(metrics="texture_residual"))
    assert [o.item.name for o in run.outcomes] == ["good.mkv"]
    assert [o.item.name for o in run.failed] == ["bad.mkv"]


def test_processes_give_the_same(tmp_path: Path, make_picture, add_noise, save_picture):
    for i in range(17):
        save_picture(tmp_path / "ref" / f"{i:02}.png", make_picture(i, 16, 16))
        save_picture(tmp_path / "gen" / f"{i:02}.png", add_noise(make_picture(i, 16, 16), 9.0, i))
    (tmp_path / "gen" / "05.png").write_bytes(b"broken")
    alone, many = (
        score(
            tmp_path / "gen", tmp_path / "ref", ScoringOptions(metrics="psnr,ssim", workers=workers)
        )
        for workers in (1, 2)
    )
    assert [o.scores for o in many.outcomes] == [o.scores for o in alone.outcomes]
    assert [o.error for o in many.failed] == [o.error for o in alone.failed]
    assert many.summary() == alone.summary()


def test_options_out_of_range_and_networks_that_are_none(noisy_folders):
    with pytest.raises(InputError, match="workers is 0"):
        ScoringOptions(workers=0)
    with pytest.raises(UnreadableFile):
        plan_scores(*noisy_folders, ScoringOptions(metrics="kd", extractor="nowhere.onnx"))
    assert (
        "limit"
        in score(*noisy_folders, ScoringOptions(metrics="psnr", max_pixels=5)).failed[0].error
    )


@pytest.mark.parametrize(
    ("takes", "function"),
    [
        ("picture", lambda picture: float(picture.mean())),
        ("pair", lambda generated, reference: float(generated.mean())),
    ],
)
def test_a_measure_is_a_function_and_a_row(
    noisy_folders, make_picture, monkeypatch, takes, function
):
    """Nothing else needs to know: the run and the report are made from the row."""
    module = ModuleType("paintreel.metrics.trial")
    module.tried = function
    monkeypatch.setitem(sys.modules, module.__name__, module)
    row = Measure("tried", "tried out", "fidelity", "trial.tried", takes, "none", "mean", "0 up")
    monkeypatch.setitem(MEASURES, "tried", row)
    gen, ref = noisy_folders
    run = score(gen, ref, ScoringOptions(metrics="tried"))
    assert run.column("tried")[0] == pytest.approx(make_picture(0).mean(), abs=1.0)
    assert "tried out" in score_report(run, title="tried")


def test_a_clip_measure_that_refuses_a_frame_leaves_the_others_alone(
    tmp_path, make_picture, make_lossless_clip
):
    small = make_lossless_clip(tmp_path / "small.mkv", [make_picture(1, 12, 14)] * 3)
    [outcome] = score(small, small, ScoringOptions(metrics="image_loss,temporal")).outcomes
    assert outcome.scores == {"image_loss": 0.0}
    assert "16x16" in outcome.undefined["warping_error"]
    assert outcome.frames == 3
