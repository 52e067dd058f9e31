"""The experiment on stylizers: what is compared, its figures and tests, a whole run in small."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from PIL import Image

from paintreel.cli.main import main
from paintreel.errors import DataError, InputError, OutputError
from paintreel.learn.data.folders import PictureFolder
from paintreel.learn.engine.budget import Budget
from paintreel.learn.experiments.conditions import choose_conditions
from paintreel.learn.experiments.records import read_records
from paintreel.learn.experiments.stylizers import trials as stylizer_trials
from paintreel.learn.experiments.stylizers.conditions import (
    CLAIMS,
    CONDITIONS,
    PEERS,
    is_trained,
    taught_name,
)
from paintreel.learn.experiments.stylizers.costs import cost_picture
from paintreel.learn.experiments.stylizers.kept import ART, keep_features
from paintreel.learn.experiments.stylizers.material import (
    AskedMaterial,
    StylizerFolders,
    _parted,
    portraits_of,
    read_clips,
)
from paintreel.learn.experiments.stylizers.report import _titled
from paintreel.learn.experiments.stylizers.results import NEARNESS, StylizerResults
from paintreel.learn.experiments.stylizers.scoring import (
    HIGHER,
    PICTURE_MEASURES,
    StyleScorer,
    direction_of,
)
from paintreel.learn.experiments.stylizers.settings import SETTINGS, settings_of
from paintreel.learn.experiments.stylizers.sheets import (
    TILE_PX,
    read_strip,
    shown_frames,
    shown_pictures,
    side_by_side,
    write_strip,
)
from paintreel.learn.experiments.stylizers.training import TRAINERS
from paintreel.learn.experiments.stylizers.trials import StylizersExperiment, run_stylizers
from paintreel.learn.models.efficientnet import EfficientNetLite0
from paintreel.learn.systems import SYSTEMS
from paintreel.learn.trainers import peer_stylizers
from paintreel.stylize.style import Style
from portraits import portrait

# What is compared


def test_every_peer_is_there_as_published_and_taught():
    assert set(PEERS) == set(TRAINERS)
    for name in PEERS:
        plain, taught = (
            settings_of(CONDITIONS[each], SETTINGS["tiny"], seed=3)
            for each in (name, taught_name(name))
        )
        assert plain.taught == 0 < taught.taught
        assert (plain.preset, plain.seed, plain.batch) == ("tiny", 3, SETTINGS["tiny"].batch)
        published = SYSTEMS[name].load_settings()
        assert (plain.rate, plain.critic_rate, plain.warmup) == (
            published.rate,
            published.critic_rate,
            published.warmup,
        )
    assert {(c.first, c.second) for c in CLAIMS} == {
        ("fsgan", each) for name in PEERS for each in (name, taught_name(name))
    }


def test_nothing_is_steadied_but_what_says_so():
    plain, steady = (
        settings_of(CONDITIONS[name], SETTINGS["small"], seed=0)
        for name in ("fsgan", "fsgan_steady")
    )
    assert plain.shares["stable"] == 0 < steady.shares["stable"]
    assert plain.shares["painted"] == steady.shares["painted"]
    assert plain.preset == "light"  # it has no smaller one but tiny


def test_groups_can_be_asked_for():
    names = [c.name for c in choose_conditions(["taughts"], CONDITIONS)]
    assert names == ["photographs", *(taught_name(name) for name in PEERS)]
    assert not is_trained(CONDITIONS["hereva"])
    assert not CONDITIONS["hereva"].varies
    with pytest.raises(InputError, match="whitebox"):
        choose_conditions(["whitebx"], CONDITIONS)


# Figures and tests


def record(condition: str, trial: int, **values) -> dict:
    return {
        "condition": condition,
        "trial": trial,
        "source": {"command": "x", "commit": None, "machine": "m", "device": "cpu"},
        "scores": values.get("scores", {}),
        "sets": values.get("sets", {}),
        "clips": values.get("clips", {}),
        "seconds": 0.5 + trial,
    }


KINDS = {"a.png": "scene", "b.png": "scene", "c.png": "portrait"}


@pytest.fixture
def results() -> StylizerResults:
    def trials(name: str, judge: list[float], flicker: list[float], frechet: list[float]):
        return {
            trial: record(
                name,
                trial,
                scores={"judge": dict(zip(KINDS, (judge[trial], judge[trial], 1.0), strict=True))},
                sets={"frechet": frechet[trial]},
                clips={
                    "flicker": {"x.mp4": [flicker[trial], 0.1], "y.mp4": [2 * flicker[trial], 1.9]}
                },
            )
            for trial in range(len(judge))
        }

    return StylizerResults(
        {
            "fsgan": trials("fsgan", [0.8, 0.6, 0.7], [1.0, 1.1, 0.9], [5, 6, 5.5]),
            "whitebox": trials("whitebox", [0.2, 0.4, 0.3], [2.0, 2.2, 2.1], [9, 9.5, 9.9]),
            "hereva-portrait": {0: record("hereva-portrait", 0)},
        },
        KINDS,
    )


def test_figures_by_kind_and_trial(results):
    assert "hereva-portrait" not in results.records  # it was not there
    assert results.by_trial("fsgan", "judge", "scene") == pytest.approx({0: 0.8, 1: 0.6, 2: 0.7})
    whole = results.figure("fsgan", "judge")
    assert whole.mean == pytest.approx((2 * 0.7 + 1) / 3)
    assert whole.n == 3
    assert results.figure("fsgan", "judge", "portrait").mean == 1
    assert results.figure("fsgan", "frechet").mean == pytest.approx(5.5)
    assert results.figure("fsgan", "frechet", "scene") is None  # it is of the whole set
    assert results.figure("fsgan", "flicker").mean == pytest.approx(1.5)
    assert results.by_unit("whitebox", "flicker") == pytest.approx({"x.mp4": 2.1, "y.mp4": 4.2})
    # A clip that hardly moves weighs no more than others: 21 times its source, and still 3.15.
    assert results.figure("whitebox", "flicker").mean == pytest.approx(3.15)
    assert results.fact("fsgan", "seconds") == 1.5


def test_the_two_kinds_of_chance_are_told_apart(results):
    claims = results.known(CLAIMS)
    assert [c.second for c in claims] == ["whitebox"]
    (over_trainings,) = results.over_trainings(claims, ("frechet",))
    assert (over_trainings.unit, over_trainings.n) == ("trainings", 3)
    assert over_trainings.gain == pytest.approx(np.mean([4, 3.5, 4.4]))
    (over_clips,) = results.over_units(claims, ("flicker",))
    assert (over_clips.unit, over_clips.n) == ("these clips", 2)
    assert over_clips.gain == pytest.approx(np.mean([1.1, 2.2]))
    (over_pictures,) = results.over_units(claims, ("judge",))
    assert (over_pictures.unit, over_pictures.n) == ("pictures of these sources", 3)
    assert over_pictures.gain == pytest.approx((0.4 + 0.4 + 0) / 3)
    assert direction_of("judge") == 1
    assert direction_of("frechet") == -1


def test_nearness_is_tested_over_pictures(results, tmp_path):
    rng = np.random.default_rng(0)
    art = rng.normal(0, 1, (30, 4))
    keep_features(tmp_path, ART, art)
    for trial in range(3):
        keep_features(tmp_path, f"fsgan-{trial:02d}", rng.normal(0.2, 1, (20, 4)))
        keep_features(tmp_path, f"whitebox-{trial:02d}", rng.normal(3, 1, (20, 4)))
    (test,) = results.nearness(results.known(CLAIMS), tmp_path, seed=0)
    assert (test.measure, test.unit, test.n) == (NEARNESS, "pictures of these sources", 20)
    assert test.gain > 0
    assert test.holds


# Measures and sheets


def grainy(x: np.ndarray, seed: int) -> np.ndarray:
    noise = np.random.default_rng(seed).normal(0, 1.5, x.shape)
    return np.clip(x + noise, 0, 255).astype(np.uint8)


@pytest.fixture(scope="module")
def material(picture) -> AskedMaterial:
    photographs = {
        f"{s}/{n}.png": picture(7 * n + i, 176, 208) for i, s in enumerate("ab") for n in (1, 2)
    }
    return AskedMaterial(
        photographs,
        frozenset({"b/1.png", "b/2.png"}),
        [picture(100 + n, 176, 208) for n in range(3)],
        {"clip.mp4": [grainy(picture(5, 64, 80), seed) for seed in range(4)]},
    )


def test_what_is_shown_is_the_first_of_each_source(material):
    assert shown_pictures(material, "scene") == ["a/1.png", "a/2.png"]
    assert shown_pictures(material, "portrait") == ["b/1.png", "b/2.png"]
    assert len(shown_frames(material)) == 2  # every third of four


def test_a_scorer_measures_pictures_clips_and_the_set(material):
    scorer = StyleScorer(material)
    plain, features, paintings = scorer.measure(lambda x: x)
    assert features.shape[0] == 4
    assert list(paintings) == list(material.photographs)
    assert plain["scores"]["edges"] == dict.fromkeys(material.photographs, pytest.approx(1.0))
    assert set(plain["scores"].get("skin", {})) <= material.portraits
    for measure in ("flicker", "warping"):
        error, source = plain["clips"][measure]["clip.mp4"]
        assert error == source > 0
    soft, _features, _paintings = scorer.measure(lambda x: cv2.GaussianBlur(x, (0, 0), 4))
    assert np.mean(list(soft["scores"]["edges"].values())) < 0.9
    assert soft["sets"]["spectrum"] != plain["sets"]["spectrum"]
    rng = np.random.default_rng(0)

    def flickering(x: np.ndarray) -> np.ndarray:
        return np.clip(x.astype(int) + rng.integers(-20, 20), 0, 255).astype(np.uint8)

    noisy, *_rest = scorer.measure(flickering)
    error, source = noisy["clips"]["flicker"]["clip.mp4"]
    assert error > 4 * source


def test_a_style_that_draws_faces_costs_what_a_face_costs(material, monkeypatch):
    """Both its networks' files, and the time of a portrait: in noise it draws nothing."""
    monkeypatch.setattr(stylizer_trials, "COST_SIZE_PX", (320, 240))
    shown = replace(
        material,
        photographs={**material.photographs, "c/1.png": portrait()},
        portraits=frozenset({"b/1.png", "c/1.png"}),
    )
    drawn, plain = (
        Style(name, backend="onnxruntime", device="cpu", precision="f32", fine_faces=False)
        for name in ("hereva-portrait", "hereva")
    )
    picture = cost_picture(
        drawn, [material.photographs["b/1.png"], portrait()], width_px=320, height_px=240
    )
    assert picture.shape == (240, 320, 3)
    assert (picture != drawn.paint(picture)).any()
    whole, base, nobody = (
        stylizer_trials._costs(*each)
        for each in ((drawn, shown), (plain, shown), (drawn, material))
    )
    assert whole["file_mb"] > base["file_mb"] + 0.1
    assert whole["seconds"] > 1.5 * base["seconds"]
    assert set(nobody) == {"file_mb"}


def test_strips_come_back_as_they_were(tmp_path, picture):
    pictures = [picture(n, 150, 300) for n in range(3)]
    for name in ("one", "two"):
        write_strip(tmp_path / f"{name}.jpg", pictures)
    tiles = read_strip(tmp_path / "one.jpg")
    assert len(tiles) == 3
    assert tiles[0].shape == (150, 300, 3)
    sheet = side_by_side({"One": tmp_path / "one.jpg", "Two": tmp_path / "two.jpg"})
    assert sheet.shape[1] > 2 * TILE_PX
    assert sheet.shape[0] < 3 * (TILE_PX / 2 + 60)
    assert side_by_side({"None": tmp_path / "none.jpg"}) is None


def test_white_in_a_picture_is_no_margin_of_its_tile(tmp_path):
    white = np.full((150, 300, 3), 255, np.uint8)
    half = white.copy()
    half[:, :150] = 40
    write_strip(tmp_path / "one.jpg", [white, half])
    shapes = [tile.shape for tile in read_strip(tmp_path / "one.jpg")]
    assert shapes == [(150, 300, 3)] * 2


def test_a_folder_that_is_taken_is_refused_before_anything_is_read(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "experiment.json").write_text("{}")
    experiment = StylizersExperiment(
        conditions=(CONDITIONS["photographs"],),
        trials=1,
        budget=Budget(steps=1),
        settings=SETTINGS["tiny"],
    )
    nowhere = tmp_path / "nowhere"
    with pytest.raises(OutputError, match="holds an experiment"):
        run_stylizers(
            experiment,
            StylizerFolders(nowhere, nowhere, None, None),
            out=tmp_path / "out",
            command=(),
        )


def test_titles_say_where_a_measure_is_better():
    assert _titled("judge") == "judge ↑"
    assert _titled("frechet") == "Fréchet ↓"
    arrows = {measure: _titled(measure)[-1] for measure in PICTURE_MEASURES}
    assert {m for m, arrow in arrows.items() if arrow == "↑"} == set(HIGHER)


def test_portraits_are_those_of_the_manifest(tmp_path):
    assert portraits_of(tmp_path) == set()
    (tmp_path / "manifest.tsv").write_text("file\tkind\na.png\tportrait\nb.png\tscene\n")
    assert portraits_of(tmp_path) == {"a.png"}


@pytest.mark.parametrize("seed", range(4))
def test_whole_sources_are_held_out_where_no_splits_are_named(seed: int):
    paths = tuple(Path(f"{s}/{n}.png") for s in "abcdef" for n in range(3 + (s == "a") * 20))
    rest, aside = _parted(PictureFolder(Path("x"), paths), np.random.default_rng(seed))
    sources = [{path.parts[0] for path in part.paths} for part in (rest, aside)]
    assert not sources[0] & sources[1]
    assert sorted((*rest.paths, *aside.paths)) == sorted(paths)
    assert len(paths) // 8 <= len(aside.paths) <= len(paths) // 2
    alone = PictureFolder(Path("x"), tuple(Path(f"{n}.png") for n in range(16)))
    rest, aside = _parted(alone, np.random.default_rng(seed))
    assert (len(rest.paths), len(aside.paths)) == (14, 2)


def test_clips_that_say_nothing(tmp_path):
    with pytest.raises(DataError, match="is not a folder"):
        read_clips(tmp_path / "none")
    frames = [Image.fromarray(shapes(n)) for n in (1, 2)]
    frames[0].save(tmp_path / "short.gif", save_all=True, append_images=frames[1:])
    with pytest.raises(DataError, match="no clip of three frames"):
        read_clips(tmp_path)
    assert read_clips(None) == {}


# A whole run


def shapes(seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    x = cv2.resize(rng.random((5, 6, 3)).astype(np.float32), (208, 176))
    return (np.clip(x + rng.normal(0, 0.02, x.shape), 0, 1) * 255).astype(np.uint8)


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Path:
    torch.manual_seed(0)
    network = EfficientNetLite0().eval().requires_grad_(False)
    root = tmp_path_factory.mktemp("stylizers")
    for folder, first in (("art", 0), ("photos", 50)):
        (root / folder).mkdir()
        for n in range(8):
            cv2.imwrite(str(root / folder / f"{n}.png"), shapes(first + n))
    (root / "clips").mkdir()
    frames = [Image.fromarray(shapes(n)) for n in (1, 2, 3, 4)]
    frames[0].save(root / "clips" / "loop.gif", save_all=True, append_images=frames[1:])
    words = ["experiment", "stylizers", "--preset", "tiny", "--budget", "2steps", "--trials", "2"]
    for name in ("art", "photos", "clips"):
        words += [f"--{name}", str(root / name)]
    words += ["--out", str(root / "out"), "--systems", "fsgan,whitebox,ugatit_taught,hereva"]
    for change in ("crop_px=96", "batch=1", "teacher.dab_px=2"):
        words += ["--set", change]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(peer_stylizers, "load_efficientnet", lambda: network)
        assert main(words) == 0
        assert main(words) == 1  # what is there is another one's
        assert main([*words, "--resume"]) == 0
    return root / "out"


def test_what_a_run_leaves(run):
    records = read_records(run)
    trained = {"fsgan", "whitebox", "ugatit_taught"}
    assert set(records) == {"photographs", "hereva", *trained}
    assert all(set(records[name]) == {0, 1} for name in trained)
    assert set(records["hereva"]) == {0}
    one = records["whitebox"][1]
    assert one["steps"] == 2
    assert one["features"] == "efficientnet"
    assert one["seconds"] > 0
    assert one["file_mb"] > 0
    assert one["parameters"] > 100
    assert {"frechet", "spectrum"} == set(one["sets"])
    assert "loop.gif" in one["clips"]["warping"]
    assert (run / "networks" / "whitebox-01" / "model.onnx").is_file()
    for name in ("figure-3.png", "sheet-scene.jpg", "sheet-frames.jpg"):
        with Image.open(run / name) as shown:
            assert min(shown.size) > 100
    summary = json.loads((run / "results.json").read_text())
    assert summary["means"]["fsgan"]["frechet"]["all"]["n"] == 2
    assert {"trainings", "pictures of these sources"} <= {t["unit"] for t in summary["tests"]}
    assert summary["costs"]["ugatit_taught"]["parameters"] > 100
    html = (run / "report.html").read_text()
    assert "FSGAN is ahead of White-box" in html
    assert "Over pictures and clips of these sources" in html
    assert "these p say nothing of other sources" in html
    assert "U-GAT-IT, light, our teacher" in html


def test_what_cannot_be_asked(tmp_path, capsys):
    assert main(["experiment", "stylizers", "--art", "a", "--out", str(tmp_path)]) == 2
    assert "stylizers needs --photos" in capsys.readouterr().err
    words = ["experiment", "lines", "--art", "a", "--clips", "b", "--out", str(tmp_path)]
    assert main(words) == 2
    assert "no use for --clips, which is of stylizers" in capsys.readouterr().err
