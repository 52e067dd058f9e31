"""A palette's colours, parted among the regions of a drawing."""

from __future__ import annotations

import numpy as np

from paintreel.colorize.parting import filled, part_palette
from paintreel.roughs.line_regions import find_regions

SKY, EARTH, ROOF = (0.6, 0.8, 0.9), (0.4, 0.5, 0.2), (0.8, 0.2, 0.1)
PALETTE = np.array([(*SKY, 0.5), (*EARTH, 0.4), (*ROOF, 0.1)], np.float32)


def drawing() -> np.ndarray:
    """(120, 160) uint8: a horizon, and a small box on it."""
    coverage = np.zeros((120, 160), np.uint8)
    coverage[70:73] = 255
    coverage[40:73, 60:63] = coverage[40:73, 90:93] = coverage[40:43, 60:93] = 255
    return coverage


def choices(rows: int = 30, columns: int = 40) -> np.ndarray:
    """(8, rows, columns): sky above, earth below, a roof hardly likelier in the box than beside."""
    shares = np.full((8, rows, columns), 1e-4, np.float32)
    shares[0, : rows * 7 // 12], shares[1, rows * 7 // 12 :] = 0.9, 0.9
    shares[2] = 0.05
    shares[2, rows // 3 : rows * 7 // 12, columns * 3 // 8 : columns * 9 // 16] = 0.2
    return shares / shares.sum(axis=0)


def colour_at(colours: np.ndarray, labels: np.ndarray, place: tuple[int, int]) -> list[int]:
    return colours[labels[place]].tolist()


def test_every_region_gets_what_lies_there():
    regions = find_regions(drawing(), gap_px=0)
    colours = part_palette(regions, choices(), PALETTE)
    as_rgb8 = [[round(255 * v) for v in colour] for colour in (SKY, EARTH, ROOF)]
    assert colour_at(colours, regions.labels, (10, 10)) == as_rgb8[0]
    assert colour_at(colours, regions.labels, (100, 80)) == as_rgb8[1]


def test_a_rare_colour_is_seen_where_it_is_likeliest():
    regions = find_regions(drawing(), gap_px=0)
    colours = part_palette(regions, choices(), PALETTE)
    # Sky is likelier in the box too; but the palette has a red, and nowhere is it likelier.
    assert colour_at(colours, regions.labels, (55, 76)) == [round(255 * v) for v in ROOF]


def test_one_region_gets_one_of_the_colours():
    regions = find_regions(np.zeros((40, 50), np.uint8))
    colours = part_palette(regions, choices(10, 13), PALETTE)
    assert colours.shape == (1, 3)
    assert colours[0].tolist() in np.rint(PALETTE[:, :3] * 255).astype(int).tolist()


def test_seeds_choose_otherwise_and_each_again():
    regions = find_regions(drawing(), gap_px=0)
    even = np.full((8, 30, 40), 1 / 8, np.float32)
    chosen = {part_palette(regions, even, PALETTE, seed).tobytes() for seed in range(12)}
    assert len(chosen) > 2
    again = [part_palette(regions, even, PALETTE, 5) for _ in range(2)]
    np.testing.assert_array_equal(*again)


def test_regions_are_filled_off_the_ink_and_their_rims():
    coverage = drawing()
    regions = find_regions(coverage, gap_px=0)
    colours = np.arange(3 * regions.count).reshape(-1, 3).astype(np.uint8) + 1
    hints = filled(regions, colours, np.ones(regions.count, bool))
    on = hints[..., 3] > 0
    assert not (on & (coverage > 0)).any()
    assert set(regions.labels[on]) == set(range(regions.count))
    np.testing.assert_array_equal(hints[on][:, :3], colours[regions.labels[on]])
    assert on.mean() > 0.8
    one = filled(regions, colours, np.arange(regions.count) == 1)
    assert set(regions.labels[one[..., 3] > 0]) == {1}
    assert filled(regions, colours, np.zeros(regions.count, bool)) is None
