"""Flats: every region of a drawing in one colour.

A region that a hint is put into has the hint's colour. The others take the colour that a painting
has there, where there is one, else one of a palette, else one of their own, so that neighbours can
be told apart and picked with a wand.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.imaging.colour import lab_to_rgb, rgb_to_lab
from paintreel.roughs.line_regions import LineRegions

__all__ = ["Flats", "colour_flats", "mean_colours"]

_GOLDEN = 0.6180339887498949
_LEAST_PX = 8
_NEIGHBOUR = 2.0
"""How much worse a palette's colour is for a region whose neighbour has it."""


@dataclass(frozen=True, slots=True, eq=False)
class Flats:
    """Regions with colours.

    labels   (H, W) int32, 0 to count - 1
    colours  (count, 3) uint8 RGB
    hinted   (count,) bool: whether a hint says the colour
    """

    labels: Array
    colours: Array
    hinted: Array

    @property
    def count(self) -> int:
        """How many regions there are."""
        return len(self.colours)

    def picture(self) -> Array:
        """(H, W, 3) uint8."""
        picture: Array = self.colours[self.labels]
        return picture


def colour_flats(
    regions: LineRegions,
    hint_colours: Array,
    *,
    painting: Array | None = None,
    palette: Array | None = None,
    ground: Array | None = None,
    seed: int = 0,
) -> Flats:
    """The flats of a drawing.

    hint_colours  (count, 3) int, RGB of the hint in each region, -1 where none is
    painting      (H, W, 3) uint8 in colours without lines, or None
    palette       (K, 4) float32, RGB in [0, 1] and share, as of `drawing_planes.palette_of`; it is
                  asked where there is no painting
    ground        (count,) bool: regions that stay white where nothing says otherwise
    seed          which colours of their own, or which order of those of the palette
    """
    hinted = np.asarray((hint_colours >= 0).all(axis=1))
    if painting is not None:
        colours = mean_colours(regions, painting)
    elif palette is not None:
        colours = _of_palette(regions, palette, hint_colours, ground, seed)
    else:
        colours = _of_their_own(regions.count, seed)
    if ground is not None and painting is None:
        colours[ground] = 255
    colours[hinted] = hint_colours[hinted]
    return Flats(regions.labels, colours, hinted)


def mean_colours(regions: LineRegions, painting: Array) -> Array:
    """(count, 3) uint8: the mean colour of every region off the lines, in CIELAB."""
    flat = regions.labels.ravel()
    weight = (~regions.ink).ravel().astype(np.float64)
    area = np.bincount(flat, weight, regions.count)
    if (area < _LEAST_PX).any():  # a sliver that is ink all over
        weight = np.where(area[flat] < _LEAST_PX, 1.0, weight)
        area = np.bincount(flat, weight, regions.count)
    lab = np.empty((regions.count, 3))
    for channel in range(3):  # one at a time: floats of a page take a lot
        plane = _lab_plane(painting, channel).ravel()
        lab[:, channel] = np.bincount(flat, plane * weight, regions.count) / np.maximum(area, 1)
    return _rgb8(lab)


def _lab_plane(painting: Array, channel: int) -> Array:
    out = np.empty(painting.shape[:2], np.float32)
    for top in range(0, len(out), 512):
        out[top : top + 512] = rgb_to_lab(painting[top : top + 512])[..., channel]
    return out


def _of_their_own(count: int, seed: int) -> Array:
    """(count, 3) uint8: soft colours round the circle, each far from the one before."""
    rng = np.random.default_rng([seed, 15])
    hue = (rng.random() + _GOLDEN * np.arange(count)) % 1.0 * 2 * np.pi
    light = rng.uniform(62, 88, count)
    strength = rng.uniform(22, 42, count)
    return _rgb8(np.stack([light, strength * np.cos(hue), strength * np.sin(hue)], axis=1))


def _rgb8(lab: Array) -> Array:
    rgb = lab_to_rgb(lab[None].astype(np.float32))[0]
    colours: Array = np.rint(rgb.clip(0, 1) * 255).astype(np.uint8)
    return colours


def _of_palette(
    regions: LineRegions, palette: Array, hint_colours: Array, ground: Array | None, seed: int
) -> Array:
    """(count, 3) uint8: colours of the palette, by their shares, neighbours unlike.

    Large regions choose first. What hints have used of a colour counts, what stays white does not.
    """
    inks = np.rint(palette[:, :3] * 255).astype(np.uint8)
    share = np.maximum(palette[:, 3], 0.02)
    share = share / share.sum()
    rng = np.random.default_rng([seed, 8])
    share = share * rng.uniform(0.8, 1.25, len(share)) if seed else share
    areas = regions.areas().astype(np.float64)
    if ground is not None:
        areas[ground] = 0
    neighbours = _neighbours(regions)
    chosen = np.full(regions.count, -1)
    used = np.zeros(len(inks))
    lab = rgb_to_lab(inks[None])[0]
    hinted = np.flatnonzero((hint_colours >= 0).all(axis=1))
    for room in hinted:
        own = rgb_to_lab(hint_colours[room].astype(np.uint8)[None, None])[0, 0]
        nearest = int(np.linalg.norm(lab - own, axis=1).argmin())
        chosen[room] = nearest
        used[nearest] += areas[room]
    total = max(areas.sum(), 1.0)
    for room in np.argsort(-areas, kind="stable"):
        if chosen[room] >= 0:
            continue
        need = (used + areas[room]) / total / share
        beside = chosen[neighbours.get(int(room), np.zeros(0, int))]
        need[beside[beside >= 0]] *= _NEIGHBOUR
        chosen[room] = int(need.argmin())
        used[chosen[room]] += areas[room]
    picked: Array = inks[chosen]
    return picked


def _neighbours(regions: LineRegions) -> dict[int, Array]:
    labels = regions.labels
    pairs = []
    for here, there in ((np.s_[:, :-1], np.s_[:, 1:]), (np.s_[:-1], np.s_[1:])):
        a, b = labels[here], labels[there]
        meet = a != b
        pairs.append(np.stack([a[meet], b[meet]], axis=1))
    both = np.unique(np.concatenate(pairs), axis=0)
    both = np.concatenate([both, both[:, ::-1]])
    found: dict[int, list[int]] = {}
    for one, other in both.tolist():
        found.setdefault(one, []).append(other)
    return {one: np.unique(others) for one, others in found.items()}
