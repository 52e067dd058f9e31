"""Loose roughs as artists make them: paper between the strokes, colour over the lines.

A network takes white paper for white paint and colour beside a line for a thing beside a line.
So paper (`blank_sheet` tells it from white paint) is filled from the paint around it, colour that
lies over a line by a little goes back behind it, and flat colours get the strokes of a brush,
before anything is finished. White that is wide and all enclosed by paint stays: it is paint.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.imaging.geometry import fit_max_side
from paintreel.roughs.bands import bands_of, enlarged_rows
from paintreel.roughs.blank_sheet import is_sheet
from paintreel.roughs.drawn_lines import read_drawn_lines
from paintreel.roughs.line_regions import LineRegions, find_regions, spread_labels

__all__ = ["Tidied", "is_lines_alone", "tidy_loose"]

WORK_PX = 512
"""Longer side at which is found what to fill with."""

_WHITE, _SEEN = 247, 64
_LEAST_PAPER, _LEAST_PAINT = 0.02, 0.05
_WIDE, _SPILL = 0.07, 0.03  # of the shorter side: half a width of white, depth over a line
_MOSTLY_WIDE = 0.55
_IN_GAP = 0.5  # of a piece of white
# Least half width, of the shorter side, and most side of a square as large, of half widths.
_THINGS = ((0.016, 2.2), (0.045, 3.6))
_PALE = 93.0  # of L*
_PALE_AT = 0.25  # of the shorter side
_FRINGE_PX = 2
_SLIT, _SLIT_REACH = 0.006, 0.05  # of the longer side: widest slit, how far from white it goes on
_PALER, _SLIT_MIX, _SLIT_MISS = 20, 0.1, 14.0  # of 255; of 1; of 255
_GAP, _LEAST_REGION = 0.014, 0.0006
_ALIEN, _ELSEWHERE = 0.12, 0.75
_INK = 90
_SOLID, _SOLID_SHARE = 0.012, 0.01
_LIGHT_PAPER, _SHADE = 640, 60  # of 765: the sum of the channels
_MOSTLY_PAPER = 0.6
_ACROSS = 2
_MOSTLY_STOUT = 0.5
_STOUT, _STOUT_REACH = 0.031, 0.12  # of the shorter side: half a width, how much farther it may be


@dataclass(frozen=True, slots=True, eq=False)
class Tidied:
    """blocks (H, W, 3) uint8; paper and over, the shares of it that were filled or moved back."""

    blocks: Array
    paper: float
    over: float


def is_lines_alone(blocks: Array) -> bool:
    """Whether a picture (H, W, 3) uint8 is a drawing in lines on light paper, with no paint."""
    height, width = blocks.shape[:2]
    size = fit_max_side(width, height, WORK_PX)
    step = max(1, max(height, width) // WORK_PX)
    light = blocks[::step, ::step].sum(axis=2, dtype=np.int32) >= _LIGHT_PAPER - _SHADE
    if light.mean() < _MOSTLY_PAPER:
        return False
    drawn = read_drawn_lines(blocks)
    if drawn.is_blank or drawn.is_painted or drawn.is_light_on_dark:
        return False
    if int(drawn.ground.sum()) < _LIGHT_PAPER:
        return False
    small = cv2.resize(drawn.coverage, size, interpolation=cv2.INTER_AREA)
    reach = 2 * max(1, round(_SOLID * max(size))) + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))
    solid = cv2.morphologyEx((small > _INK).astype(np.uint8), cv2.MORPH_OPEN, kernel)
    return float(solid.mean()) < _SOLID_SHARE


def tidy_loose(blocks: Array, lines: Array | None = None) -> Tidied:
    """A coloured rough without its paper, and with its colours behind the lines.

    blocks  (H, W, 3) uint8
    lines   (H, W) uint8, 255 paper, or None: then nothing is moved

    Gives the same array where there is nothing to do.
    """
    height, width = blocks.shape[:2]
    size = fit_max_side(width, height, WORK_PX)
    white = (blocks.min(axis=2) >= _WHITE).astype(np.uint8)
    small = np.asarray(cv2.resize(blocks, size, interpolation=cv2.INTER_AREA))
    blank = _blank(white, small)
    regions = None if lines is None else _regions(lines, size)
    over = _over_lines(small, regions)
    if not blank.any() and not over.any():
        return Tidied(blocks, 0.0, 0.0)
    grown = cv2.dilate(white, np.ones((2 * _FRINGE_PX + 1,) * 2, np.uint8))
    slits = _slits(blocks, blank)
    grown = np.maximum(grown, slits)
    known = cv2.resize((1 - grown).astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0.95
    known &= (blank == 0) & ~over & ~_dark_lines(small)
    if regions is not None:  # what lies under a line is of either side
        known &= ~regions.ink
    if not known.any():
        return Tidied(blocks, 0.0, 0.0)
    fill = _filled(small, known, regions)
    fill = _paled(fill, blank)
    cover = cv2.dilate(np.maximum(blank, over.astype(np.uint8)), np.ones((3, 3), np.uint8))
    moved, cover = over.astype(np.float32), cover.astype(np.float32)
    out = np.empty_like(blocks)
    for rows in bands_of(height, width):
        mask, strip, large = (
            enlarged_rows(plane, (width, height), rows) for plane in (cover, moved, fill)
        )
        # White that stays keeps its edge: only what is paper, or over a line, is covered.
        share = np.maximum(np.minimum(mask, grown[rows]), strip)
        if slits[rows].any():
            share = np.maximum(share, slits[rows] & _is_mixed(blocks[rows], large))
        out[rows] = np.rint(
            blocks[rows] + share[..., None] * (large.astype(np.float32) - blocks[rows])
        )
    return Tidied(out, float(blank.mean()), float(over.mean()))


def _blank(white: Array, picture: Array) -> Array:
    """(h, w) uint8: what of the white is paper; nothing where there is hardly any, or no sheet.

    white: (H, W) uint8; picture: (h, w, 3) uint8
    """
    share = float(white.mean())
    size = picture.shape[1], picture.shape[0]
    none = np.zeros(size[::-1], np.uint8)
    if share < _LEAST_PAPER or share > 1 - _LEAST_PAINT:
        return none
    shares = np.asarray(cv2.resize(white * 255, size, interpolation=cv2.INTER_AREA))
    if not is_sheet(shares > _SEEN, picture):
        return none
    small = (shares > 40).astype(np.uint8)
    reach = 2 * max(1, round(_WIDE * min(size))) + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))
    wide = cv2.morphologyEx(small, cv2.MORPH_OPEN, kernel)
    count, labels = cv2.connectedComponents(small)
    outside = np.zeros(count, bool)
    for rim in (labels[0], labels[-1], labels[:, 0], labels[:, -1]):
        outside[rim] = True
    outside[0] = False
    area = np.bincount(labels.ravel(), minlength=count)
    mostly = np.bincount(labels[wide > 0], minlength=count) > _MOSTLY_WIDE * area
    labels = np.asarray(labels, np.intp)
    paper = outside | ~(mostly | _are_things(small, labels, outside))
    paper[0] = False
    return np.asarray(paper[labels], np.uint8)


def _are_things(small: Array, labels: Array, outside: Array) -> Array:
    """(count,) bool: which pieces of white are things, such as a sun: compact, and in no gap.

    A gap between two bands goes on, behind what stands before it, to the edge of the picture.
    """
    count = len(outside)
    area = np.maximum(np.bincount(labels.ravel(), minlength=count), 1)
    half_px = np.zeros(count)
    depth = np.asarray(cv2.distanceTransform(small, cv2.DIST_L2, cv2.DIST_MASK_5))
    np.maximum.at(half_px, labels.ravel(), depth.ravel())
    at_edge = outside[labels[:, 0]] | outside[labels[:, -1]]
    in_gap = np.bincount(labels[at_edge].ravel(), minlength=count) / area
    compact = np.zeros(count, bool)
    for least, most in _THINGS:
        compact |= (half_px >= least * min(small.shape)) & (np.sqrt(area) <= most * half_px)
    return np.asarray(compact & (in_gap < _IN_GAP))


def _slits(blocks: Array, blank: Array) -> Array:
    """(H, W) uint8: pale threads near blank paper, whose ends are too thin to be white.

    A thin stroke of paler paint there is one too, where its colour could be paint under white.
    """
    height, width = blocks.shape[:2]
    if not blank.any():
        return np.zeros((height, width), np.uint8)
    least = blocks.min(axis=2)
    thread = np.ones((2 * max(1, round(_SLIT / 2 * max(height, width))) + 1,) * 2, np.uint8)
    threads = cv2.morphologyEx(least, cv2.MORPH_TOPHAT, thread) > _PALER
    reach = 2 * round(_SLIT_REACH * max(blank.shape)) + 1
    near = cv2.dilate(blank, np.ones((reach, reach), np.uint8))
    near = cv2.resize(near, (width, height), interpolation=cv2.INTER_NEAREST)
    return np.asarray(threads & (near > 0), np.uint8)


def _is_mixed(colours: Array, paint: Array) -> Array:
    """(H, W) bool: where a colour is that paint with white over it, and nothing else."""
    paint = paint.astype(np.float32)
    to_white, step = 255 - paint, colours - paint
    share = (step * to_white).sum(axis=2) / np.maximum((to_white**2).sum(axis=2), 1.0)
    missed = np.abs(step - share[..., None] * to_white).max(axis=2)
    return np.asarray((share > _SLIT_MIX) & (missed < _SLIT_MISS))


def _regions(lines: Array, size: tuple[int, int]) -> LineRegions | None:
    """The regions of the sketch at the size of work; None where it encloses nothing."""
    width = lines.shape[1]
    ink = 255 - lines
    if size[0] < width:
        reach = round(width / size[0])
        ink = cv2.dilate(ink, np.ones((reach, reach), np.uint8))
        ink = cv2.resize(ink, size, interpolation=cv2.INTER_AREA)
    least = max(8, round(_LEAST_REGION * size[0] * size[1]))
    regions = find_regions(ink, gap_px=_GAP * max(size), least_px=least, framed=True)
    return regions if regions.count > 1 else None


def _over_lines(small: Array, regions: LineRegions | None) -> Array:
    """(h, w) bool: thin strips along a line in a colour that is at home beyond it."""
    if regions is None:
        return np.zeros(small.shape[:2], bool)
    keys = (small >> 4).astype(np.int64)
    keys = (keys[..., 0] << 8) | (keys[..., 1] << 4) | keys[..., 2]
    _, keys = np.unique(keys, return_inverse=True)
    keys = keys.reshape(small.shape[:2])
    colours = int(keys.max()) + 1
    pair = regions.labels.astype(np.int64) * colours + keys
    kinds, place, area = np.unique(pair, return_inverse=True, return_counts=True)
    place = place.reshape(pair.shape)
    room = np.bincount(regions.labels.ravel(), minlength=regions.count)
    all_of_it = np.bincount(keys.ravel(), minlength=colours)
    alien = area < _ALIEN * room[kinds // colours]
    alien &= area < (1 - _ELSEWHERE) * all_of_it[kinds % colours]
    far = cv2.distanceTransform((~regions.ink).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_3)
    deepest = np.zeros(len(kinds), np.float32)
    np.maximum.at(deepest, place.ravel(), far.ravel())
    alien &= deepest <= max(3.0, _SPILL * min(small.shape[:2]))
    alien &= deepest > 1.5  # a block-in's own edge lies beside the line by a pixel or two
    return np.asarray(alien[place] & ~regions.ink)


def _dark_lines(small: Array) -> Array:
    """(h, w) bool: ink in the rough itself, which is no colour to fill with."""
    light = small.min(axis=2)
    closed = cv2.morphologyEx(light, cv2.MORPH_CLOSE, np.ones((7, 7), np.uint8))
    thin = (closed.astype(int) - light > 50).astype(np.uint8)
    return np.asarray(cv2.dilate(thin, np.ones((3, 3), np.uint8)) > 0)


def _filled(small: Array, known: Array, regions: LineRegions | None) -> Array:
    """(h, w, 3) uint8: the nearest known colour, of the same region where it has one."""
    fill = _nearest_stout(small, known, side_px=min(known.shape))
    if regions is not None:
        for k in range(regions.count):
            inside = regions.labels == k
            rows, columns = (np.flatnonzero(inside.any(axis=axis)) for axis in (1, 0))
            if not len(rows):
                continue
            box = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
            own = known[box] & inside[box]
            if own.any() and not own.all():
                part = _nearest_stout(small[box], own, side_px=min(known.shape))
                fill[box][inside[box]] = part[inside[box]]
    even = cv2.medianBlur(fill, 9 if regions is None else 3)
    return np.where(known[..., None], small, even)


def _nearest_stout(small: Array, known: Array, *, side_px: int) -> Array:
    """(h, w, 3) uint8: the nearest known colour, of what is stout rather than of a thin stroke.

    Pictures lie in bands, so that a place beside counts as farther than one above: what shows
    between two trunks is the ground, not bark.

    side_px: the shorter side of the whole picture, of which this may be a part
    """
    stout = _stout(small, known, _STOUT * side_px)
    if stout.sum() < _MOSTLY_STOUT * known.sum():
        return _nearest(small, known)
    far, far_of_stout = (
        cv2.distanceTransform((~x).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5)
        for x in (known, stout)
    )
    likely = far_of_stout < far + _STOUT_REACH * side_px
    spread = _nearest(*(np.repeat(x, _ACROSS, axis=1) for x in (small, stout)))[:, ::_ACROSS]
    return np.where(likely[..., None], spread, _nearest(small, known))


def _stout(small: Array, known: Array, half_px: float) -> Array:
    """(h, w) bool: what is known and of an area of one colour that is wide somewhere near."""
    keys = np.asarray(cv2.medianBlur(small, 5), np.int32) >> 4
    keys = (keys[..., 0] << 8) | (keys[..., 1] << 4) | keys[..., 2]
    inside = known.astype(np.uint8)
    inside[1:][keys[1:] != keys[:-1]] = 0
    inside[:, 1:][keys[:, 1:] != keys[:, :-1]] = 0
    depth = np.asarray(cv2.distanceTransform(inside, cv2.DIST_L2, cv2.DIST_MASK_5))
    deep = depth >= half_px
    if not deep.any():
        return np.asarray(deep)
    far = cv2.distanceTransform((~deep).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5)
    return np.asarray(known & (far <= 2 * half_px) & (spread_labels(keys, deep) == keys))


def _nearest(colours: Array, known: Array) -> Array:
    places = np.arange(known.size, dtype=np.int32).reshape(known.shape)
    return np.asarray(colours.reshape(-1, 3)[spread_labels(places, known)])


def _paled(fill: Array, blank: Array) -> Array:
    """The fill, as light as paper far from all paint, where an artist left a sky or a margin."""
    far = cv2.distanceTransform(blank, cv2.DIST_L2, cv2.DIST_MASK_3) / min(blank.shape)
    share = np.clip((far - _WIDE) / _PALE_AT, 0, 1)
    if not share.any():
        return fill
    lab = cv2.cvtColor(fill.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    lab = cv2.GaussianBlur(lab, (0, 0), 0.05 * min(blank.shape))
    lab[..., 0] += share * (_PALE - lab[..., 0])
    lab[..., 1:] *= (1 - 0.5 * share)[..., None]
    pale = cv2.cvtColor(lab, cv2.COLOR_LAB2RGB) * 255
    wide = np.clip(2 * share, 0, 1)[..., None]
    mixed = np.rint(np.clip(fill + wide * (pale - fill), 0, 255))
    return np.asarray(mixed, np.uint8)
