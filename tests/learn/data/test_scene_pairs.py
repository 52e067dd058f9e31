from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from paintreel.errors import DataError, InputError
from paintreel.learn.data import scene_pairs
from paintreel.learn.data.rough_variation import SWITCHES, Variation
from paintreel.learn.data.scene_pairs import (
    PairSampler,
    PairSettings,
    centre,
    decode_rough,
    encode_rough,
    given,
    make_panels,
)
from paintreel.roughs.rough import LEVELS, Rough

STILL = Variation(flip=0, colour=0, contrast=0, rotate=0, blur=0, cutout=0, lines=0, tones=0)
SETTINGS = PairSettings(crop_px=64, batch=4, scales_px=(64, 96), unknown=0.0, variation=STILL)


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("roughs")


@pytest.fixture(scope="module")
def panels(picture, cache):
    pictures = [picture(seed) for seed in range(3)]
    return make_panels(pictures, ["water", "forest", None], scales_px=(64, 96), cache=cache)


def sample(panels, seed=0, **changes):
    settings = dataclasses.replace(SETTINGS, **changes)
    return PairSampler(panels, settings, np.random.default_rng(seed))()


def test_panels(panels):
    assert [p.label for p in panels] == ["water", "forest", None]
    for panel in panels:
        assert [min(v.truth.shape[:2]) for v in panel.views] == [64, 96]
        for view in panel.views:
            assert view.roughs.keys() == LEVELS.keys()
            for level in LEVELS:
                rough = view.rough(level)
                assert rough.blocks.shape == view.truth.shape
                assert (rough.lines is not None) == LEVELS[level].lines
            fine = view.rough("fine").blocks.astype(int)
            assert np.abs(fine - view.truth).mean() < 25


def test_small_pictures_are_enlarged_to_the_smallest_scale_alone(picture, cache):
    (panel,) = make_panels([picture(5, 100, 128)], [None], scales_px=(112, 160), cache=cache)
    assert [v.truth.shape for v in panel.views] == [(112, 143, 3)]


def test_roughs_come_from_the_cache(panels, picture, cache, monkeypatch):
    def never(picture):
        raise AssertionError("made again")

    monkeypatch.setattr(scene_pairs, "make_roughs", never)
    seen = []
    again = make_panels(
        [picture(0)],
        ["water"],
        scales_px=(64, 96),
        cache=cache,
        on_progress=lambda *at: seen.append(at),
    )
    assert again[0].views[0].roughs == panels[0].views[0].roughs
    assert seen == [(1, 1)]
    with pytest.raises(AssertionError, match="made again"):
        make_panels([picture(1)[::-1]], [None], scales_px=(64,), cache=cache)
    monkeypatch.setattr(scene_pairs, "ROUGHS_VERSION", scene_pairs.ROUGHS_VERSION + 1)
    with pytest.raises(AssertionError, match="made again"):
        make_panels([picture(0)], [None], scales_px=(64, 96), cache=cache)


@pytest.mark.parametrize("damage", ["empty", "truncated", "other"])
def test_damaged_roughs_are_made_anew_or_told(picture, tmp_path, damage):
    (first,) = make_panels([picture(3)], [None], scales_px=(64,), cache=tmp_path)
    for path in tmp_path.iterdir():
        whole = path.read_bytes()
        path.write_bytes({"empty": b"", "truncated": whole[:300], "other": b"x" * 300}[damage])
    (second,) = make_panels([picture(3)], [None], scales_px=(64,), cache=tmp_path)
    assert second.views[0].roughs == first.views[0].roughs
    for data in (b"", whole[:100], b"text"):
        with pytest.raises(DataError, match="is damaged"):
            decode_rough(data)


def test_roughs_survive_their_file():
    rng = np.random.default_rng(0)
    blocks = rng.integers(0, 256, (9, 7, 3), dtype=np.uint8)
    lines = rng.integers(0, 256, (9, 7), dtype=np.uint8)
    for wanted in (Rough(blocks, lines), Rough(blocks, None)):
        got = decode_rough(encode_rough(wanted))
        np.testing.assert_array_equal(got.blocks, blocks)
        assert (got.lines is None) == (wanted.lines is None)
    np.testing.assert_array_equal(decode_rough(encode_rough(Rough(blocks, lines))).lines, lines)


def test_what_is_given(panels):
    view = panels[0].views[0]
    blocks, lines = given(view, "coarse")
    np.testing.assert_array_equal(blocks, view.rough("coarse").blocks)
    np.testing.assert_array_equal(lines, view.rough("standard").lines)
    assert given(view, "coarse", "blocks")[1] is None
    assert given(view, "fine", "lines")[0] is None


def test_batches(panels):
    roughs, categories, truths = sample(panels)
    assert roughs.shape == (4, 6, 64, 64)
    assert categories.shape == (4, 6)
    assert truths.shape == (4, 3, 64, 64)
    assert {x.dtype for x in (roughs, categories, truths)} == {np.dtype(np.float32)}
    assert 0 <= truths.min() < truths.max() <= 1


def test_crops_fit_their_truth(panels):
    """Block-in and truth show the same place, also when turned, mirrored and recoloured."""
    moving = dataclasses.replace(STILL, flip=0.5, colour=1.0, rotate=1.0)
    roughs, _categories, truths = sample(
        panels, batch=16, levels={"fine": 1.0}, modes={"both": 1.0}, variation=moving
    )
    own = np.abs(roughs[:, :3] - truths).mean()
    assert own < 0.6 * np.abs(roughs[:, :3] - truths[..., ::-1]).mean()
    assert own < 0.6 * np.abs(roughs[:, :3] - np.roll(truths, 1, axis=0)).mean()


@pytest.mark.parametrize("switch", SWITCHES)
def test_every_switch_does_something(panels, switch):
    on = dataclasses.replace(STILL, **{switch: 1.0})
    batch = sample(panels[:1], batch=1, modes={"both": 1.0}, variation=on)
    still = sample(panels[:1], batch=1, modes={"both": 1.0})
    assert not np.array_equal(batch[0], still[0])


def test_modes_and_levels_follow_their_frequencies(panels):
    roughs = sample(panels, batch=60, modes={"blocks": 0.5, "lines": 0.5})[0]
    has_blocks, has_lines = roughs[:, 4, 0, 0], roughs[:, 5, 0, 0]
    assert (has_blocks + has_lines == 1).all()
    assert 15 < has_blocks.sum() < 45


def test_category_is_withheld(panels):
    assert sample(panels, unknown=1.0)[1].sum() == 0
    known = sample(panels[:2], batch=20)[1]
    assert (known.sum(axis=1) == 1).all()
    assert set(known.argmax(axis=1)) == {0, 3}


def test_same_seed_same_batch(panels):
    default = {"variation": Variation()}
    first, second, third = (sample(panels, seed, **default) for seed in (1, 1, 2))
    for a, b in zip(first, second, strict=True):
        np.testing.assert_array_equal(a, b)
    assert not np.array_equal(first[0], third[0])


def test_centre():
    picture = np.arange(5 * 8).reshape(5, 8)
    np.testing.assert_array_equal(centre(picture, 2), picture[1:3, 3:5])
    assert centre(picture, 6).shape == (5, 6)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"crop_px": 50}, "multiple of 16"),
        ({"crop_px": 128}, "scales_px are crop_px or more"),
        ({"scales_px": ()}, "scales_px"),
        ({"scales_px": (4096,)}, "at most 2048"),
        ({"levels": {"rough": 1.0}}, "levels are of coarse, standard, fine"),
        ({"modes": {"ink": 1.0}}, "modes are of both, blocks, lines"),
        ({"modes": {"both": 0.0}}, "frequencies"),
        ({"unknown": 1.5}, "unknown is 0 to 1"),
        ({"batch": 0}, "batch is 1 or more"),
    ],
)
def test_bad_settings(changes, message):
    with pytest.raises(InputError, match=message):
        dataclasses.replace(SETTINGS, **changes)
