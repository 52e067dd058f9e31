"""What the bundled classifiers say of pictures that are made here, and of the examples."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from paintreel.errors import UnknownModel
from paintreel.imaging.files import read_picture
from paintreel.imaging.geometry import resize
from paintreel.runtime.classifiers import Classifier
from paintreel.runtime.emotions import MOODS
from paintreel.worlds import draw_world
from paintreel.worlds.categories import LABELS, find_category

REPOSITORY = Path(__file__).resolve().parents[2]
CHECK = REPOSITORY / "recipes" / "check"


@pytest.fixture(scope="module")
def medium() -> Classifier:
    return Classifier("medium", backend="onnxruntime")


def pictures(folder: Path) -> list[np.ndarray]:
    found = sorted((*folder.glob("*.webp"), *folder.glob("*.jpg")))
    assert found
    return [read_picture(path).pixels for path in found]


def test_three_models_lie_in_one_file_of_at_most_12_mb(medium: Classifier):
    assert dict(medium.heads)["mood"] == MOODS
    assert dict(medium.heads)["scene"] == LABELS
    assert set(medium.labels) == {
        "painted_panel", "photograph", "cartoon_sprite", "digital_cartoon", "flat_vector",
        "line_and_flat_colour", "oil_painting", "watercolour",
    }  # fmt: skip
    assert medium.card.size_bytes <= 12e6
    assert {Classifier(name).card.sha256 for name in ("mood", "scene")} == {medium.card.sha256}


def test_photographs_and_panels_are_told_apart_and_known(medium: Classifier):
    for folder, label in (
        (CHECK / "photographs", "photograph"),
        (CHECK / "panels", "painted_panel"),
    ):
        found = medium.classify_batch(pictures(folder), keep_maps=False)
        assert sum(each.label == label for each in found) >= 0.75 * len(found)
        assert sum(each.familiar for each in found) >= 0.75 * len(found)


def test_the_example_is_a_photograph(medium: Classifier, examples: Path):
    found = medium.classify(read_picture(examples / "photo.jpg").pixels)
    assert found.label == "photograph"
    assert found.familiar


def test_the_map_lies_on_the_half_of_its_medium(medium: Classifier):
    """A photograph and a panel side by side, both ways round."""
    shares = []
    for photograph, panel in zip(
        pictures(CHECK / "photographs"), pictures(CHECK / "panels"), strict=True
    ):
        for left, right, label in (
            (photograph, panel, "painted_panel"), (panel, photograph, "photograph")
        ):  # fmt: skip
            both = np.hstack([square(left), square(right)])
            heat = medium.classify(both).map(label)
            shares.append(heat[:, 160:].sum() / max(heat.sum(), 1e-9))
    assert np.mean(shares) > 0.7
    assert np.mean(np.array(shares) > 0.5) > 0.85


def square(pixels: np.ndarray, side: int = 160) -> np.ndarray:
    """The middle of a picture, shrunk to a square."""
    whole = min(pixels.shape[:2])
    top, left = ((n - whole) // 2 for n in pixels.shape[:2])
    return resize(pixels[top : top + whole, left : left + whole], side, side)


@pytest.mark.parametrize("seed", range(3))
def test_what_is_no_painting_is_flagged(medium: Classifier, seed: int):
    rng = np.random.default_rng(seed)
    noise = rng.integers(0, 256, (240, 320, 3)).astype(np.uint8)
    plain = np.full((240, 320, 3), rng.integers(0, 256, 3), np.uint8)
    ramp = np.linspace(0, 255, 320).astype(np.uint8)[None, :, None].repeat(240, 0).repeat(3, 2)
    for picture in (noise, plain, ramp):
        assert not medium.classify(picture, keep_map=False).familiar


def test_charts_of_this_project_are_flagged(medium: Classifier):
    """Figures of the experiment, which no training drew."""
    charts = sorted((REPOSITORY / "recipes" / "scene" / "results").glob("figure-*.png"))
    found = [medium.classify(read_picture(path).pixels, keep_map=False) for path in charts]
    assert len(found) >= 4
    assert sum(not each.familiar for each in found) >= 0.9 * len(found)


def test_drawn_scenes_show_what_was_asked_for():
    """Of worlds drawn by rules, which are no panels: more than chance, which is a sixth."""
    scene = Classifier("scene", backend="onnxruntime")
    right = []
    for category in ("forest", "interior", "night sky", "open land"):
        for seed in range(2):
            world = draw_world(find_category(category), seed=seed, width_px=320, height_px=200)
            found = scene.classify(world.flatten(), keep_map=False)
            right.append(found.label == category.replace(" ", "_"))
    assert np.mean(right) > 1 / 3


def test_an_unknown_task_names_the_nearest():
    with pytest.raises(UnknownModel, match="did you mean 'mood'"):
        Classifier("moood")
