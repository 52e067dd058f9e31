"""The feature network that comes with the program: is it what its card says, and does it see?"""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from paintreel.imaging.files import read_picture
from paintreel.metrics import (
    FeatureStatistics,
    frechet_distance,
    perceptual_distance,
)
from paintreel.metrics.extractors import feature_vectors
from paintreel.runtime.card import Card
from paintreel.runtime.catalog import bundled, list_models
from paintreel.runtime.extractor import OnnxExtractor

BUNDLED_EXTRACTOR = bundled("features")

Array = np.ndarray
HELD_OUT_EPISODES = ("E05", "E11", "E16", "E22")


@pytest.fixture(scope="module")
def extractor() -> OnnxExtractor:
    return OnnxExtractor(BUNDLED_EXTRACTOR, threads=1)


@pytest.fixture(scope="module")
def card() -> Card:
    return Card.load(BUNDLED_EXTRACTOR.with_name("card.toml"))


def small(path, side_px: int = 256) -> Array:
    """(H, W, 3) uint8, the longer side shrunk."""
    pixels = read_picture(path).pixels[..., :3]
    scale = side_px / max(pixels.shape[:2])
    return cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)


@pytest.fixture(scope="module")
def panels(shared_data) -> list[Array]:
    """Held-out panels."""
    paths = sorted((shared_data / "art").glob("*.webp"))
    return [small(p) for p in paths if p.name.startswith(HELD_OUT_EPISODES)]


@pytest.fixture(scope="module")
def photographs(shared_data) -> list[Array]:
    """Photographs of a source whose licence kept it out of training."""
    return [small(p) for p in sorted((shared_data / "photo" / "ubuntu").glob("*.webp"))[:90]]


def test_it_is_the_network_of_its_card_and_small(card):
    card.verify(BUNDLED_EXTRACTOR)
    assert card.size_bytes < 4e6
    assert (card.contract.task, card.contract.name) == ("features", "dske")
    assert card.contract.licence == "CC-BY-4.0"
    assert "David Revoy" in card.contract.credit


def test_its_card_reports_held_out_figures_above_chance(card):
    found = card.training["held_out"]
    chance = 1 / len(card.training["pictures"])
    assert found["medium_recall"] > 5 * chance
    assert found["medium_accuracy"] > 0.6
    assert found["scene_recall"] > 2 / 6
    assert min(card.training["held_out_pictures"].values()) >= 10


def test_it_is_listed_and_no_style():
    assert "features" not in {model.name for model in list_models()}
    assert "features" in {model.name for model in list_models("features")}


@pytest.mark.parametrize("size", [(1, 1), (9, 200), (65, 64)])
def test_it_takes_any_size(extractor, size):
    x = np.random.default_rng(0).random((2, 3, *size), np.float32)
    vectors = extractor.vectors(x)
    assert extractor.name == "dske"
    assert vectors.shape == (2, 64)
    assert np.isfinite(vectors).all()
    assert len(extractor.maps(x)) == 4


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(
            lambda x, s: np.clip(x + np.random.default_rng(0).normal(0, 0.02 * s, x.shape), 0, 1),
            id="noise",
        ),
        pytest.param(lambda x, s: cv2.GaussianBlur(x, (0, 0), 0.5 * s), id="blur"),
        pytest.param(
            lambda x, s: cv2.bilateralFilter(x, 9, 0.05 * 2**s, 4) if s else x, id="abstraction"
        ),
        pytest.param(lambda x, s: (1 - 0.08 * s) * x, id="darkness"),
    ],
)
def test_perceptual_distance_grows_with_the_damage(extractor, panels, spoil):
    for panel in panels[:40:10]:
        clean = panel.astype(np.float32) / 255
        ladder = [
            perceptual_distance(spoil(clean, step).astype(np.float32), clean, extractor)
            for step in (0.01, 1, 2, 4)
        ]
        assert ladder == sorted(ladder)
        assert ladder[-1] > 2 * ladder[1] > 0


def statistics(extractor: OnnxExtractor, pictures: list[Array]) -> FeatureStatistics:
    found = FeatureStatistics(64, name=extractor.name)
    for rows in feature_vectors(extractor, pictures):
        found.update(rows)
    return found


def test_panels_are_nearer_to_panels_than_to_photographs(extractor, panels, photographs):
    halves = [statistics(extractor, panels[side::2]) for side in (0, 1)]
    others = [statistics(extractor, photographs[side::2]) for side in (0, 1)]
    within = frechet_distance(*halves, allow_biased=True)
    across = [frechet_distance(h, o, allow_biased=True) for h in halves for o in others]
    assert within < 0.4 * min(across)
