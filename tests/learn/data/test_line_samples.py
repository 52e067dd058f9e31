"""Samples for lineart and colorize: made by the planes of serving, a function of chance alone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import pytest

from paintreel.errors import InputError
from paintreel.learn.data.line_hints import deep_places, dots, random_hints
from paintreel.learn.data.line_marks import LEVELS
from paintreel.learn.data.line_pairs import LinePair, encode_picture
from paintreel.learn.data.line_pencil import pencil_drawing
from paintreel.learn.data.line_regions import flat_colours, largest_regions
from paintreel.learn.data.line_samples import (
    ColourSampler,
    ColourSampling,
    LineSampler,
    LineSampling,
    whole_pair,
)
from paintreel.roughs.drawing_planes import COLORIZE_PLANES, colorize_planes, palette_of
from paintreel.worlds.categories import LABELS

RED, BLUE = (220, 40, 30), (30, 60, 210)


def pair(source: str = "panels", **more) -> LinePair:
    picture = np.full((150, 200, 3), BLUE, np.uint8)
    cv2.circle(picture, (100, 75), 45, RED, -1)
    marks = np.zeros((150, 200), np.uint8)
    cv2.circle(marks, (100, 75), 45, LEVELS, 1)
    cv2.line(marks, (10, 10), (190, 10), 1, 1)
    facts = {"group": "E01", "category": "water", "exact": False, "inked": False, **more}
    return LinePair(
        name="circle",
        source=source,
        split="training",
        palette=palette_of(picture),
        _finished=encode_picture(picture),
        _marks=encode_picture(marks),
        **facts,
    )


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def in_unit(*arrays: np.ndarray) -> bool:
    return all(a.dtype == np.float32 and a.min() >= 0 and a.max() <= 1 for a in arrays)


def test_a_sample_of_lines_has_the_planes_of_serving():
    sampler = LineSampler([pair()], LineSampling(side_px=64, clean=0.0))
    samples = [sampler.sample(rng(i)) for i in range(30)]
    for sample in samples:
        assert sample.planes.shape == sample.other.shape == (6, 64, 64)
        assert sample.lines.shape == (1, 64, 64)
        assert in_unit(sample.planes, sample.lines, sample.other)
        assert np.array_equal(sample.planes[3:], sample.other[3:]), "asked the same in both views"
        assert all(len(np.unique(plane)) == 1 for plane in sample.planes[3:])
        assert not sample.planes[5].any()
    weights = np.array([sample.planes[3, 0, 0] for sample in samples])
    inked = np.array([sample.lines.sum() for sample in samples])
    assert np.corrcoef(weights, inked)[0, 1] > 0.5, "the plane of weight tells of the weight"


def test_views_differ_and_the_lines_follow_the_picture():
    sampler = LineSampler([pair()], LineSampling(side_px=96, clean=0.0, whole=1.0))
    sample = sampler.sample(rng(5))
    assert not np.array_equal(sample.planes[:3], sample.other[:3])
    red = sample.planes[0] > sample.planes[2]
    edge = cv2.morphologyEx(red.astype(np.uint8), cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    near = cv2.dilate(edge, np.ones((7, 7), np.uint8)) > 0
    ring = sample.lines[0] > 0.5
    ring[:14] = False  # the other line
    assert ring.sum() > 50
    assert near[ring].mean() > 0.95


def test_pencil_drawings_are_to_be_cleaned():
    sampler = LineSampler([pair()], LineSampling(side_px=96, clean=1.0, whole=1.0))
    samples = [sampler.sample(rng(i)) for i in range(12)]
    assert all(sample.planes[5].min() == 1 for sample in samples)
    chroma = [np.ptp(sample.planes[:3], axis=0).mean() for sample in samples]
    assert max(chroma) < 0.35, "of the colours of the picture nothing is seen"
    darker = []
    for sample in samples:
        luma = sample.planes[:3].mean(axis=0)
        on = sample.lines[0] > 0.5
        darker.append(luma[~on].mean() - luma[on].mean())
    assert np.mean(np.array(darker) > 0) == 1.0, "graphite lies where the lines run"


def test_a_pencil_without_lines_is_paper():
    far = np.full((64, 64), 64, np.float32)
    papers = [pencil_drawing(far, np.zeros((64, 64), np.float32), rng(i)) for i in range(8)]
    assert in_unit(*papers)
    assert min(paper.mean() for paper in papers) > 0.25


def test_a_sample_of_colours_has_the_planes_of_serving():
    settings = ColourSampling(side_px=64, palette=1.0, category=1.0, recolour=0.0)
    sampler = ColourSampler([pair()], settings)
    for seed in range(25):
        sample = sampler.sample(rng(seed))
        assert sample.planes.shape == (COLORIZE_PLANES, 64, 64)
        assert sample.condition.shape == (33 + len(LABELS),)
        assert sample.colours.shape == (3, 64, 64)
        assert in_unit(sample.planes, sample.colours, sample.ink)
        assert sample.condition[32] == 1
        assert sample.condition[33 + LABELS.index("water")] == 1
        alpha = sample.planes[4]
        there = alpha > 0.99
        given = sample.planes[1:4].transpose(1, 2, 0)[there]
        known = np.array([RED, BLUE]) / 255
        if len(given):
            far = np.abs(given[:, None] - known).max(axis=2).min(axis=1)
            assert np.quantile(far, 0.9) < 0.12, "a hint has a colour of the picture"


def test_palette_and_category_can_be_withheld():
    sampler = ColourSampler([pair()], ColourSampling(side_px=64, palette=0.0, category=0.0))
    assert not any(sampler.sample(rng(i)).condition.any() for i in range(5))


def test_what_is_recoloured_has_a_palette_of_its_own_colours():
    settings = ColourSampling(side_px=64, palette=1.0, recolour=1.0, whole=1.0, unhinted=1.0)
    for seed in range(6):
        sample = ColourSampler([pair()], settings).sample(rng(seed))
        first = sample.condition[:3]  # of the largest share: the ground
        assert np.abs(sample.colours[:, 30, 2] - first).max() < 0.12


def test_the_share_without_hints_is_kept_and_counts_go_to_the_most():
    sampler = ColourSampler([pair()], ColourSampling(side_px=64, unhinted=0.5))
    hinted = [sampler.sample(rng(i)).planes[4].any() for i in range(80)]
    assert 0.3 < np.mean(hinted) < 0.7


@pytest.mark.parametrize("sampler", [
    LineSampler([pair()], LineSampling(side_px=64)),
    ColourSampler([pair()], ColourSampling(side_px=64)),
])  # fmt: skip
def test_a_sample_is_a_function_of_its_generator(sampler):
    with ThreadPoolExecutor(4) as pool:
        threads = list(pool.map(lambda i: sampler.sample(rng(i)).planes, range(16)))
    alone = [sampler.sample(rng(i)).planes for i in range(16)]
    assert all(np.array_equal(a, b) for a, b in zip(threads, alone, strict=True))
    assert len({a.tobytes() for a in alone}) == 16


def test_sources_are_drawn_by_their_shares():
    pairs = [pair("panels", category=None), pair("worlds")]
    settings = ColourSampling(side_px=32, shares={"panels": 0.0, "worlds": 1.0}, category=1.0)
    sampler = ColourSampler(pairs, settings)
    assert all(sampler.sample(rng(i)).condition[33:].any() for i in range(8))
    with pytest.raises(InputError, match="no source has a share"):
        ColourSampler([pair("own")], settings)


def test_drawings_in_black_and_white_teach_no_colours():
    bare = pair("avatars", inked=True)
    with pytest.raises(InputError, match="no source"):
        ColourSampler([bare], ColourSampling(side_px=64))
    LineSampler([bare], LineSampling(side_px=64)).sample(rng())


@pytest.mark.parametrize("settings", [
    {"side_px": 40}, {"side_px": 16}, {"whole": 1.5}, {"shares": {"films": 1.0}},
    {"shares": {"worlds": -1.0}},
])  # fmt: skip
def test_settings_out_of_range_are_refused(settings):
    for kind in (LineSampling, ColourSampling):
        with pytest.raises(InputError):
            kind(**settings)


def test_the_whole_pair_is_the_same_every_time():
    one, two = whole_pair(pair(), 64), whole_pair(pair(), 64)
    assert np.array_equal(one.lines, two.lines)
    assert one.picture.shape == (64, 64, 3)
    assert one.lines.max() > 0.7
    assert in_unit(one.picture, one.colours, one.lines)


def test_hints_lie_off_the_ink_and_are_as_many_as_asked():
    lines = np.zeros((80, 80), np.float32)
    lines[40] = 1
    colours = np.full((80, 80, 3), 0.5, np.float32)
    assert not random_hints(colours, lines, 0, rng()).any()
    for seed in range(10):
        hints = random_hints(colours, lines, 6, rng(seed))
        assert in_unit(hints)
        assert hints[..., 3].max() > 0.3
        assert np.allclose(hints[hints[..., 3] > 0][:, :3], 0.5, atol=1e-6)
    places = deep_places(lines, 4, None)
    assert {row < 40 for row, _ in places} == {True, False}


def test_dots_take_the_colour_of_the_largest_regions():
    picture = pair().finished
    flats = flat_colours(picture, pair().marks == LEVELS, closed=True)
    regions = largest_regions(flats, 2)
    assert regions[0].area_px > regions[1].area_px
    hints = dots(picture.astype(np.float32) / 255, regions)
    planes = colorize_planes(np.zeros((150, 200), np.float32), hints)
    row, column = regions[1].centre
    assert np.hypot(row - 75, column - 100) < 3
    assert np.abs(planes[1:4, row, column] - np.array(RED) / 255).max() < 0.06


def test_flats_of_a_painting_are_united_by_colour():
    picture = np.full((80, 100, 3), BLUE, np.uint8)
    picture[:, 50:] = RED
    noisy = np.clip(picture + rng().normal(0, 6, picture.shape), 0, 255).astype(np.uint8)
    flats = flat_colours(noisy, np.zeros((80, 100), bool), closed=False)
    assert len(np.unique(flats.reshape(-1, 3), axis=0)) == 2
