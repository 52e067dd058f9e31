"""Captions of panels and worlds, and the batches that are drawn of them."""

from __future__ import annotations

import numpy as np
import pytest

from paintreel.errors import DataError
from paintreel.learn.data.captioned import (
    Captioned,
    CaptionedSampler,
    captioned_panels,
    drawn_worlds,
)
from paintreel.learn.data.captions import ELEMENTS, LENGTH, VOCABULARY, caption_of_label, tokens
from paintreel.learn.data.scene_pairs import Panel, View
from paintreel.worlds.categories import CATEGORIES, LABELS
from paintreel.worlds.conditions import FACETS


@pytest.fixture(scope="module")
def worlds():
    return drawn_worlds(1, 64)


def panel(label, side=100):
    picture = np.random.default_rng(0).integers(0, 256, (side, side + 20, 3), np.uint8)
    return Panel((View(picture, {}),), label)


def test_every_caption_is_in_the_vocabulary(worlds):
    captions = [world.caption for world in worlds] + [caption_of_label(n) for n in (*LABELS, None)]
    for caption in captions:
        assert set(caption.split()) <= VOCABULARY.keys(), caption
        assert np.count_nonzero(tokens(caption)) == min(LENGTH, len(caption.split()))
    assert len(set(VOCABULARY.values())) == len(VOCABULARY)
    assert 0 not in VOCABULARY.values()


def test_worlds_say_hour_weather_and_elements(worlds):
    assert [w.label for w in worlds] == [c.label for c in CATEGORIES]
    for world, category in zip(worlds, CATEGORIES, strict=True):
        assert world.caption.split(" ", 1)[1].startswith(category.name)
        assert world.picture.shape == (64, 64, 3)
    said = " ".join(world.caption for world in drawn_worlds(1, 64)).split()
    assert set(said) & {word for words in FACETS.values() for word in words}
    assert set(said) & set(ELEMENTS)
    assert drawn_worlds(1, 64) is worlds


def test_panels_without_a_category_are_left_out_where_others_have_one():
    both = captioned_panels([panel("water"), panel(None)], 64)
    assert [(p.label, p.caption) for p in both] == [("water", "a water")]
    assert min(both[0].picture.shape[:2]) == 96  # crops of 64 px are cut at 1.5 times that
    assert [p.caption for p in captioned_panels([panel(None)], 64)] == ["a scene"]


def test_batches():
    flat = [Captioned(np.full((70, 80, 3), 255, np.uint8), "a forest", "forest")]
    drawn = [Captioned(np.zeros((64, 64, 3), np.uint8), "a water at dusk", "water")]
    rng = np.random.default_rng(3)
    sampler = CaptionedSampler(flat, drawn, rng, side_px=64, batch=40, share=0.25)
    pictures, words, categories = sampler()
    assert (pictures.shape, pictures.dtype) == ((40, 3, 64, 64), np.float32)
    assert (words.shape, words.dtype) == ((40, LENGTH), np.int64)
    assert categories.shape == (40, len(LABELS))
    of_worlds = pictures.mean(axis=(1, 2, 3)) == 0
    assert 2 < of_worlds.sum() < 20
    assert (categories[of_worlds, LABELS.index("water")] == 1).all()
    assert (words[of_worlds] == tokens("a water at dusk")).all()
    assert (words[~of_worlds] == tokens("a forest")).all()
    again = CaptionedSampler(
        flat, drawn, np.random.default_rng(3), side_px=64, batch=40, share=0.25
    )
    np.testing.assert_array_equal(again()[0], pictures)
    with pytest.raises(DataError, match="no panel"):
        CaptionedSampler([], drawn, rng, side_px=64, batch=2, share=0.5)
