"""The experiment on fusion: what is compared, its measures and tests, a whole run in small."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
import torch
from painted_clips import landscape
from PIL import Image

from paintreel.cli.main import main
from paintreel.errors import DataError
from paintreel.learn.data import fusion_pictures
from paintreel.learn.data.folders import PictureFolder, scan
from paintreel.learn.data.splits import source_of
from paintreel.learn.engine.budget import Budget
from paintreel.learn.engine.settings import apply
from paintreel.learn.experiments.conditions import REFERENCE
from paintreel.learn.experiments.fuse.conditions import CLAIMS, CONDITIONS, FULL
from paintreel.learn.experiments.fuse.report import _page, all_tests
from paintreel.learn.experiments.fuse.results import SOURCES, TRAININGS, FuseResults
from paintreel.learn.experiments.fuse.scoring import (
    CLAIMED,
    FuseScorer,
    direction_of,
    disturbed,
    gate_parameters,
    painted,
)
from paintreel.learn.experiments.fuse.settings import SETTINGS
from paintreel.learn.experiments.fuse.shots import (
    AskedShot,
    choose_photographs,
    hold_out,
    make_shots,
    spread,
)
from paintreel.learn.experiments.fuse.trials import FuseExperiment, _gather
from paintreel.learn.experiments.records import read_records
from paintreel.learn.models.fusion import PARTS, PRESETS, Fused, Fusion

# What is compared


def test_every_part_is_left_out_once_and_nothing_else_is_changed():
    left_out = []
    for condition in CONDITIONS.values():
        if condition.group == REFERENCE:
            continue
        settings = apply(SETTINGS["tiny"], condition.changes, condition.name)
        left_out += settings.without
        assert apply(settings, {"without": ()}, "") == SETTINGS["tiny"]
    assert sorted(left_out) == sorted(PARTS)
    assert {c.first for c in CLAIMS} == {FULL}


# The shots


@pytest.fixture(scope="module")
def photos(tmp_path_factory) -> Path:
    root = tmp_path_factory.mktemp("photos")
    for n in range(6):
        folder = root / ("one" if n < 4 else "two")
        folder.mkdir(exist_ok=True)
        Image.fromarray(landscape(n, 120, 160)).save(folder / f"{n}.png")
    return root


def test_photographs_are_chosen_by_seed_and_too_few_are_refused(photos, tmp_path):
    folder = scan(photos, what="--photos")
    chosen = choose_photographs(folder, 4, seed=1)
    assert chosen == choose_photographs(folder, 4, seed=1)
    assert len(set(chosen.paths)) == 4
    with pytest.raises(DataError, match="expected 2 or more"):
        choose_photographs(folder.only(["one/0.png"]), 4, seed=1)


def test_no_held_out_shot_is_painted_in_a_manner_that_was_trained_on(photos, monkeypatch):
    states = []

    def noted(paint):
        def paint_and_note(picture, rng):
            states.append(repr(rng.bit_generator.state))
            return paint(picture, rng)

        return paint_and_note

    # Both draw all their settings from the generator that they are given.
    for name in ("ruled", "graded"):
        monkeypatch.setattr(fusion_pictures, name, noted(getattr(fusion_pictures, name)))
    settings = replace(SETTINGS["tiny"], styles=())
    experiment = FuseExperiment(
        conditions=(), trials=1, budget=Budget(steps=1), settings=settings, pictures=3, seed=7
    )
    material = _gather(experiment, photos)
    count = min(len(material.training), len(material.shots))
    assert count >= 2
    assert len(states) >= 2 * count
    assert {source_of(Path(shot.name)) for shot in material.shots} < {"one", "two"}
    assert len(set(states)) == len(states)
    assert {shot.way for shot in material.shots} <= {"rule", "grade"}


def test_whole_sources_are_held_out_where_nobody_says_which(photos, tmp_path):
    paths = tuple(Path(source, f"{n}.png") for source in "abcd" for n in range(5))
    for seed in range(8):
        rng = np.random.default_rng(seed)
        training, held = hold_out(PictureFolder(tmp_path, paths), 8, rng)
        assert not {source_of(p) for p in training.paths} & {source_of(p) for p in held.paths}
        assert len(held.paths) == 10
        assert sorted((*training.paths, *held.paths)) == sorted(paths)
    training, held = hold_out(PictureFolder(tmp_path, paths[:5]), 8, rng)
    assert (len(training.paths), len(held.paths)) == (3, 2)


@pytest.fixture(scope="module")
def shots(photos) -> list[AskedShot]:
    folder = choose_photographs(scan(photos, what="--photos"), 2, seed=1)
    return make_shots(folder, 1, styles=())


def test_the_key_is_carried_to_every_frame(shots):
    for shot in shots:
        assert shot.live.shape == shot.truth.shape == (8, 144, 272, 3)
        # The first frame is the key: there the paint is the truth, and trusted.
        assert np.abs(shot.carried[0, ..., :3].astype(int) - shot.truth[0]).mean() < 0.5
        assert shot.carried[0, ..., 3].mean() > 240
        assert shot.source in ("one", "two")


# Measures


def test_the_truth_is_nearest_by_psnr_ssim_and_frechet(shots):
    scorer = FuseScorer(shots)
    truth = scorer.of(lambda shot: (shot.truth, None))
    frame = scorer.of_reference("frame")
    carried = scorer.of_reference("carried")
    for measure in ("psnr", "ssim"):
        assert set(truth["scores"][measure]) == {shot.name for shot in shots}
        best, key, worst = (
            np.mean(list(x["scores"][measure].values())) for x in (truth, carried, frame)
        )
        assert best > key > worst
    assert frame["scores"]["warping"] == frame["scores"]["footage"] == truth["scores"]["footage"]
    assert len(frame["scores"]["footage"]) == len(shots)
    assert truth["sets"]["frechet"] == pytest.approx(0.0, abs=1e-2)
    assert frame["sets"]["frechet_footage"] == pytest.approx(0.0, abs=1e-2)
    assert frame["sets"]["frechet"] > carried["sets"]["frechet"]


def test_the_key_itself_is_not_measured(shots):
    scorer = FuseScorer(shots, Means())
    clean = scorer.of(lambda shot: (shot.truth, None))

    def with_another_key(shot: AskedShot) -> tuple[np.ndarray, None]:
        return np.concatenate([255 - shot.truth[:1], shot.truth[1:]]), None

    assert scorer.of(with_another_key) == clean
    made = network()

    def with_other_maps(shot: AskedShot) -> tuple[np.ndarray, Fused]:
        frames, fused = painted(made, shot)
        other = {
            name: torch.cat([getattr(fused, name)[:1].flip(1), getattr(fused, name)[1:]])
            for name in ("painting", "live", "weights", "fused")
        }
        return frames, replace(fused, **other)

    assert scorer.of(with_other_maps) == scorer.of(lambda shot: painted(made, shot))


class Away(torch.Tensor):
    """A tensor of another device, which numpy cannot read before it is fetched."""

    def numpy(self):
        raise TypeError("can't convert a tensor of another device to numpy")

    def cpu(self):
        return self.as_subclass(torch.Tensor)


def test_a_network_on_another_device_is_handed_and_gives_tensors_there(shots):
    class Elsewhere(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.place = torch.nn.Parameter(torch.empty(1, device="meta"))

        def fuse(self, live, carried, windows):
            assert live.device == carried.device == self.place.device
            plain = network().fuse(*(torch.rand(len(x), *x.shape[1:]) for x in (live, carried)))
            values = {f.name: getattr(plain, f.name).detach() for f in fields(plain)}
            return Fused(**{name: value.as_subclass(Away) for name, value in values.items()})

    frames, fused = painted(Elsewhere(), shots[0])
    assert frames.shape == shots[0].truth.shape
    assert fused.weights.numpy().shape[1] == 2


def test_what_is_measured_or_shown_of_some_is_spread_over_sources():
    picture = np.zeros((1, 1, 1, 3), np.uint8)
    shots = [
        AskedShot(f"{source}/{n}", source, "ink", picture, picture, picture)
        for source in "abcd"
        for n in range(6)
    ]
    for count in (6, 8):
        chosen = spread(shots, count)
        assert len({shot.name for shot in chosen}) == count
        assert {shot.source for shot in chosen} == set("abcd")
        # Every other shot has something in front.
        assert {shots.index(shot) % 2 for shot in chosen} == {0, 1}
    assert spread(shots[:3], 8) == shots[:3]


class Means:
    """A feature extractor: the mean colour."""

    name, size_px = "means", None

    def maps(self, pictures: np.ndarray) -> list[np.ndarray]:
        return [pictures]

    def vectors(self, pictures: np.ndarray) -> np.ndarray:
        return pictures.mean(axis=(2, 3))


def network(*without: str) -> Fusion:
    torch.manual_seed(0)
    return Fusion(PRESETS["tiny"], without).eval()


def test_noise_is_on_the_gates_alone_and_goes_again(shots):
    made = network()
    before = {name: p.clone() for name, p in made.named_parameters()}
    picture = painted(made, shots[0])[0]
    with disturbed(made, 3.0, np.random.default_rng(0)):
        changed = {n for n, p in made.named_parameters() if not torch.equal(p, before[n])}
        other = painted(made, shots[0])[0]
    assert {name.split(".")[0] for name in changed} == {"live_gates", "painting_gates", "weights"}
    assert not np.array_equal(other, picture)
    assert all(torch.equal(p, before[n]) for n, p in made.named_parameters())
    assert gate_parameters(network("attention", "dynamic")) == []


def test_a_network_is_measured_by_its_paths_too(shots):
    found = FuseScorer(shots, Means()).of_network(network(), seed=3)
    for measure in ("fusion_degree", "coupling"):
        assert all(0 <= value <= 1 for value in found["scores"][measure].values())
    assert set(found["noise"]) == {"0.1", "0.3", "1"}
    fixed = FuseScorer(shots, Means()).of_network(network("attention", "dynamic"), seed=3)
    assert fixed["noise"] == {}


# Figures and tests


def record(psnr: list[float], frechet: float, noise: float = 0.0) -> dict:
    return {
        "source": {"command": "x", "commit": None, "machine": "m", "device": "cpu"},
        "scores": {"psnr": dict(zip("abcd", psnr, strict=True))},
        "sets": {"frechet": frechet},
        "noise": {"0.1": noise},
    }


@pytest.fixture
def results() -> FuseResults:
    full = {t: record([22.0 + t, 24.0, 20.0, 26.0], 8.0 + t, 0.5) for t in range(3)}
    less = {t: record([20.0 + t, 21.9, 18.2, 24.0], 10.0 + t) for t in range(3)}
    asked = {
        name: {"source": source, "way": way}
        for name, source, way in zip("abcd", "xxyy", ("rule", "ink", "ink", "ink"), strict=True)
    }
    return FuseResults({FULL: full, "no_attention": less, "unknown": less}, asked)


def test_figures_by_hand(results):
    assert list(results.records) == [FULL, "no_attention"]
    # Trials of (22 + t + 24 + 20 + 26) / 4: 23, 23.25, 23.5.
    assert results.figure(FULL, "psnr").mean == pytest.approx(23.25)
    assert results.figure(FULL, "psnr").sd == pytest.approx(0.25)
    assert results.by_shot(FULL, "psnr")["a"] == pytest.approx(23.0)
    assert results.gain_percent("no_attention", "frechet") == pytest.approx(100 * (9 / 11 - 1))
    assert results.noise(FULL)["0.1"].mean == 0.5
    assert results.of_way(FULL, "psnr", "ink") == pytest.approx((24 + 20 + 26) / 3)
    assert results.of_way(FULL, "psnr", "rule") == pytest.approx(23.0)
    assert results.of_way(FULL, "psnr", "grade") is None
    # Gains of shots are 2, 2.1, 1.8, 2; of sources 2.05 and 1.9.
    interval = results.interval("no_attention", "psnr")
    assert interval.estimate == pytest.approx(1.975)
    assert 1.9 - 1e-9 <= interval.low <= interval.high <= 2.05 + 1e-9


def test_claims_are_tested_over_sources_and_over_trainings(results):
    claims = results.known(CLAIMS)
    assert [c.second for c in claims] == ["no_attention"]
    # Four shots, but two sources: that is too few to show anything.
    (over_sources,) = results.over_sources(claims, ["psnr"])
    assert (over_sources.unit, over_sources.n) == (SOURCES, 2)
    assert over_sources.gain == pytest.approx(1.975)
    assert not over_sources.holds
    (distance,) = results.over_trainings(claims, ["frechet"])
    assert (distance.unit, distance.n) == (TRAININGS, 3)
    assert distance.gain == pytest.approx(2.0)  # lower is better
    assert direction_of("warping") == -1


def test_warping_is_mean_over_mean():
    # The second shot hardly moves: its own ratio is 16.
    one = record([20.0] * 4, 1.0)
    one["scores"] |= {"warping": {"a": 0.03, "b": 0.016}, "footage": {"a": 0.01, "b": 0.001}}
    asked = {name: {"source": "x", "way": "ink"} for name in "ab"}
    results = FuseResults({FULL: {0: one}}, asked)
    assert results.figure(FULL, "warping").mean == pytest.approx(0.046 / 0.011)
    by_shot = results.by_shot(FULL, "warping")
    assert by_shot == pytest.approx({"a": 0.03 / 0.0055, "b": 0.016 / 0.0055})


def test_what_favours_an_ablation_decides_no_claim():
    assert set(CLAIMED) == {"psnr", "ssim", "warping"}
    values = {"psnr": [30.0, 31.0, 32.1, 33.0], "fusion_degree": [0.1, 0.2, 0.3, 0.1]}
    less = {"psnr": [20.0, 21.1, 22.0, 23.2], "fusion_degree": [0.8, 0.8, 0.9, 0.9]}
    records = {}
    for name, scores in ((FULL, values), ("no_transformer", less)):
        records[name] = {0: record(scores["psnr"], 1.0)}
        by_shot = dict(zip("abcd", scores["fusion_degree"], strict=True))
        records[name][0]["scores"]["fusion_degree"] = by_shot
    asked = {name: {"source": name, "way": "ink"} for name in "abcd"}
    facts = {"budget": {"seconds": None, "steps": 1}, "settings": {"preset": "tiny"}}
    facts |= {"seed": 0, "data": ""}
    results = FuseResults(records, asked)
    html = _page(results, facts, all_tests(results), "0")
    row = html[html.index("<td>the Transformer decoder helps") :].split("</tr>")[0]
    assert row.count("<td") == 1 + 3 * len(CLAIMED) + 1
    assert "shown</td>" in row
    assert "not shown" not in row
    assert "favour ablations by what they are" in html


# A whole run


@pytest.fixture(scope="module")
def run(photos, tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("fuse") / "out"
    words = ["experiment", "fuse", "--photos", str(photos), "--out", str(out), "--preset", "tiny"]
    words += ["--budget", "2steps", "--trials", "2", "--pictures", "2"]
    words += ["--systems", "full,no_attention"]
    assert main(words) == 0
    assert main(words) == 1  # what is there is another one's
    assert main([*words, "--resume"]) == 0
    return out


def test_what_a_run_leaves(run):
    records = read_records(run)
    assert {name: set(trials) for name, trials in records.items()} == {
        "full": {0, 1},
        "no_attention": {0, 1},
        "carried": {0},
        "frame": {0},
    }
    one = records["full"][1]
    assert one["steps"] == 2
    assert one["parameters"] > records["no_attention"][1]["parameters"]
    summary = json.loads((run / "results.json").read_text())
    assert summary["means"]["full"]["psnr"]["n"] == 2
    assert {t["unit"] for t in summary["tests"]} == {SOURCES, TRAININGS}
    assert summary["gains"]["no_attention"]["psnr"]["percent"] is not None
    html = (run / "report.html").read_text()
    assert "channel attention helps" in html
    assert "the abstract" in html
    with Image.open(run / "pictures" / "full.jpg") as shown:
        assert shown.size == (272, 2 * 144)


def test_what_cannot_be_asked(photos, tmp_path, capsys):
    out = str(tmp_path / "out")
    assert main(["experiment", "fuse", "--out", out]) == 2
    assert "fuse needs --photos" in capsys.readouterr().err
    words = ["experiment", "fuse", "--photos", str(photos), "--out", out]
    assert main([*words, "--art", str(tmp_path)]) == 2
    assert "has no use for --art" in capsys.readouterr().err
