"""What the trainings of `lineart` and `colorize` are shown: samples drawn from pairs.

A sample is a function of its generator alone, so that threads may draw and a run can be resumed.
Each goes one way: a pair by the shares of the sources, a window of it, its lines at a weight and a
detail, and then what a user's picture or drawing may have suffered.

    sampler = ColourSampler(training_pairs(open_pairs("pack")), ColourSampling())
    sample = sampler.sample(np.random.default_rng(7))
    sample.planes, sample.condition, sample.colours    # (12, S, S), (39,), (3, S, S) float32
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np

from paintreel.errors import InputError
from paintreel.imaging.arrays import Array
from paintreel.learn.data.crops import hue_saturation_matrix
from paintreel.learn.data.line_hints import random_hints
from paintreel.learn.data.line_marks import (
    SOLID,
    ink,
    room_px,
    shown,
    stroke_width_px,
    to_lines,
)
from paintreel.learn.data.line_pairs import SOURCES, LinePair
from paintreel.learn.data.line_pencil import pencil_drawing, smooth_noise
from paintreel.roughs.drawing_planes import colorize_planes, condition_of, lineart_planes
from paintreel.roughs.labels import one_hot
from paintreel.worlds.categories import LABELS

__all__ = [
    "ColourSample",
    "ColourSampler",
    "ColourSampling",
    "LineSample",
    "LineSampler",
    "LineSampling",
    "WholePair",
    "whole_pair",
]

_FINEST_PX = 0.8


def _shares(**shares: float) -> dict[str, float]:
    return {**shares, "own": 1.0}


@dataclass(frozen=True)
class LineSampling:
    """How samples for `lineart` are drawn.

    side_px   of a sample
    shares    {source: how often}, of those that there are
    clean     share of the samples that are pencil drawings to be cleaned
    whole     share that shows the whole picture, squeezed
    """

    side_px: int = 256
    shares: dict[str, float] = field(
        default_factory=lambda: _shares(worlds=0.4, avatars=0.25, panels=0.2, photographs=0.15)
    )
    clean: float = 0.35
    whole: float = 0.15

    def __post_init__(self) -> None:
        _check(self.side_px, self.shares, {"clean": self.clean, "whole": self.whole})


@dataclass(frozen=True)
class ColourSampling:
    """How samples for `colorize` are drawn.

    side_px    of a sample
    shares     {source: how often}, of those that there are
    whole      share that shows the whole picture, squeezed
    unhinted   share without hints; the others have 1..most_hints, few as often as many
    palette    share that is given the palette of the picture
    category   share that is given the category, where it is known
    recolour   share whose colours are turned, among those whose hints or palette tell of it
    """

    side_px: int = 256
    shares: dict[str, float] = field(
        default_factory=lambda: _shares(worlds=0.25, avatars=0.1, panels=0.6, photographs=0.05)
    )
    whole: float = 0.5
    unhinted: float = 0.35
    most_hints: int = 40
    palette: float = 0.5
    category: float = 0.5
    recolour: float = 0.3

    def __post_init__(self) -> None:
        shares = {
            name: getattr(self, name)
            for name in ("whole", "unhinted", "palette", "category", "recolour")
        }
        _check(self.side_px, self.shares, shares)
        if not 1 <= self.most_hints <= 400:
            raise InputError(f"most_hints is {self.most_hints}, expected 1 to 400")


def _check(side_px: int, sources: Mapping[str, float], shares: Mapping[str, float]) -> None:
    if side_px < 32 or side_px % 16:
        raise InputError(f"side_px is {side_px}, expected a multiple of 16 from 32 up")
    if unknown := sources.keys() - set(SOURCES):
        raise InputError(
            f"shares are of {', '.join(SOURCES)}, got {', '.join(sorted(unknown))} too"
        )
    if min(sources.values(), default=0) < 0:
        raise InputError("a share of a source is below 0")
    for name, value in shares.items():
        if not 0 <= value <= 1:
            raise InputError(f"{name} is {value}, expected a share from 0 to 1")


@dataclass(frozen=True)
class LineSample:
    """One of `lineart`; all float32 in [0, 1].

    planes  (6, S, S), as `lineart_planes` makes them
    lines   (1, S, S), coverage of ink that is right
    other   (6, S, S), another view of the same: other light, blur and noise
    """

    planes: Array
    lines: Array
    other: Array


@dataclass(frozen=True)
class ColourSample:
    """One of `colorize`; all float32 in [0, 1].

    planes     (12, S, S), as `colorize_planes` makes them
    condition  (39,), as `condition_of` makes it
    colours    (3, S, S), what is to be laid under the lines; where the picture shows its own lines
               they are in it, so that a loss should count what is not ink
    ink        (1, S, S), coverage of the true lines, where `planes` may have them broken or thinned
    """

    planes: Array
    condition: Array
    colours: Array
    ink: Array


class _Sources:
    """Pairs by source, drawn by shares."""

    def __init__(self, pairs: Sequence[LinePair], shares: Mapping[str, float]) -> None:
        groups: dict[str, list[LinePair]] = {}
        for pair in pairs:
            groups.setdefault(pair.source, []).append(pair)
        self._groups = {s: group for s, group in groups.items() if shares.get(s, 0) > 0}
        if not self._groups:
            there = ", ".join(sorted(groups)) or "no pairs"
            raise InputError(f"no source has a share: there are {there}; give one of them a share")
        share = np.array([shares[source] for source in self._groups])
        self._share = share / share.sum()

    def draw(self, rng: np.random.Generator) -> LinePair:
        group = list(self._groups.values())[int(rng.choice(len(self._share), p=self._share))]
        return group[int(rng.integers(len(group)))]


@dataclass(frozen=True)
class _Window:
    """A part of a pair in the size of a sample.

    picture   (S, S, 3) float32 RGB in [0, 1]
    distance  (S, S) float32 to the lines, in pixels of the sample
    room      (S, S) float32, how broad they may be there
    solids    (S, S) float32 in [0, 1]
    """

    picture: Array
    distance: Array
    room: Array
    solids: Array

    def drawn(self, width_px: float) -> Array:
        """(S, S) float32: coverage by lines of that width, finer where they crowd."""
        return ink(self.distance, np.minimum(width_px, self.room), self.solids)


def _window(
    picture: Array,
    marks: Array,
    detail: float,
    side_px: int,
    whole: float,
    rng: np.random.Generator,
) -> _Window:
    """A square of a picture, half of the time mirrored; all of it, squeezed, in `whole` of them."""
    height, width = marks.shape
    if rng.random() < whole:
        part = (slice(None), slice(None))
        scales = (side_px / height, side_px / width)
    else:
        short = min(height, width)
        side = round(short * rng.uniform(0.5, 1.0))
        top, left = (int(rng.integers(0, most - side + 1)) for most in (height, width))
        part = (slice(top, top + side), slice(left, left + side))
        scales = (side_px / side, side_px / side)
    mirror = slice(None, None, -1 if rng.random() < 0.5 else 1)
    scale = float(np.sqrt(scales[0] * scales[1]))
    return _fitted(picture[part][:, mirror], marks[part][:, mirror], detail, side_px, scale)


def _fitted(picture: Array, marks: Array, detail: float, side_px: int, scale: float) -> _Window:
    size = (side_px, side_px)
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    marks = np.ascontiguousarray(marks)
    lines = shown(marks, detail)
    distance = to_lines(lines) * np.float32(scale)
    room = np.maximum(room_px(lines) * np.float32(scale), _FINEST_PX)
    solids = (marks == SOLID).astype(np.float32)
    shrink = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return _Window(
        picture=cv2.resize(np.ascontiguousarray(picture), size, interpolation=how).astype(
            np.float32
        )
        * np.float32(1 / 255),
        distance=cv2.resize(distance, size, interpolation=shrink),
        room=cv2.resize(room, size, interpolation=shrink),
        solids=cv2.GaussianBlur(cv2.resize(solids, size, interpolation=shrink), (0, 0), 0.6),
    )


class LineSampler:
    """Draws samples for `lineart` from pairs. Raises InputError where no source has a share."""

    def __init__(self, pairs: Sequence[LinePair], settings: LineSampling) -> None:
        self._sources, self._settings = _Sources(pairs, settings.shares), settings

    def sample(self, rng: np.random.Generator) -> LineSample:
        """One sample; the same generator state gives the same one."""
        s = self._settings
        pair = self._sources.draw(rng)
        weight, detail = rng.uniform(0, 1, 2)
        clean = bool(rng.random() < s.clean)
        # A pencil drawing has what it has, whatever detail is asked for.
        drawn_at = rng.uniform(0.4, 1.0) if clean else detail
        looked_at = pair.finished
        if not clean and rng.random() < 0.15:
            looked_at = pair.colours
        window = _window(looked_at, pair.marks, drawn_at, s.side_px, s.whole, rng)
        lines = window.drawn(stroke_width_px(weight))
        views = []
        for _ in range(2):
            if clean:
                view = pencil_drawing(window.distance, window.solids, rng)
            else:
                view = _seen(window.picture, rng)
            views.append(lineart_planes(view, weight, detail, clean))
        return LineSample(planes=views[0], lines=lines[None], other=views[1])


def _seen(picture: Array, rng: np.random.Generator) -> Array:
    """(S, S, 3) float32: the picture in other light, out of focus, with noise, as a JPEG."""
    side = len(picture)
    view: Array = np.clip(picture, 0, 1) ** np.float32(np.exp(rng.uniform(-0.35, 0.35)))
    view = view * np.float32(rng.uniform(0.8, 1.15))
    if rng.random() < 0.35:
        turn = rng.uniform(-0.35, 0.35)
        matrix = hue_saturation_matrix(turn, rng.uniform(0.0, 1.4))
        view = cv2.transform(view, matrix)
    if rng.random() < 0.3:
        view = view * (1 + 0.12 * smooth_noise(rng, side, side / 2))[..., None]
    if rng.random() < 0.4:
        view = cv2.GaussianBlur(view, (0, 0), rng.uniform(0.3, 1.3))
    if rng.random() < 0.4:
        noise = rng.standard_normal(view.shape, np.float32)
        view = view + np.float32(rng.uniform(0.0, 0.04)) * noise
    view = np.clip(view, 0, 1).astype(np.float32)
    return _as_jpeg(view, int(rng.integers(50, 96))) if rng.random() < 0.3 else view


def _as_jpeg(view: Array, quality: int) -> Array:
    """(H, W, 3) float32, encoded and decoded."""
    pixels = (view * 255 + 0.5).astype(np.uint8)
    _done, data = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])
    back = cv2.imdecode(data, cv2.IMREAD_COLOR)
    assert back is not None, "what was just encoded"
    return back.astype(np.float32) * np.float32(1 / 255)


class ColourSampler:
    """Draws samples for `colorize` from those pairs that have colours.

    Raises InputError where none of them is of a source with a share.
    """

    def __init__(self, pairs: Sequence[LinePair], settings: ColourSampling) -> None:
        coloured = [pair for pair in pairs if pair.coloured]
        self._sources, self._settings = _Sources(coloured, settings.shares), settings

    def sample(self, rng: np.random.Generator) -> ColourSample:
        """One sample; the same generator state gives the same one."""
        s = self._settings
        pair = self._sources.draw(rng)
        window = _window(pair.colours, pair.marks, rng.uniform(0.35, 1.0), s.side_px, s.whole, rng)
        palette = pair.palette if rng.random() < s.palette else None
        count = 0
        if rng.random() >= s.unhinted:
            count = round(float(np.exp(rng.uniform(0, np.log(s.most_hints)))))
        colours = window.picture
        # What tells of the colours may ask for any; without that they are to be believable.
        if (palette is not None or count >= 4) and rng.random() < s.recolour:
            matrix = hue_saturation_matrix(rng.uniform(-np.pi, np.pi), rng.uniform(0.5, 1.3))
            colours = cv2.transform(colours, matrix)
            if palette is not None:
                turned = palette[:, :3] @ matrix.T
                palette = np.concatenate([np.clip(turned, 0, 1), palette[:, 3:]], axis=1)
        colours = np.clip(colours, 0, 1)
        lines, drawn = _drawn(window, rng)
        hints = random_hints(colours, lines, count, rng)
        label = pair.category if rng.random() < s.category else None
        return ColourSample(
            planes=colorize_planes(drawn, hints),
            condition=condition_of(palette, one_hot(label, LABELS))[0],
            colours=np.ascontiguousarray(colours.transpose(2, 0, 1), np.float32),
            ink=lines[None],
        )


def _drawn(window: _Window, rng: np.random.Generator) -> tuple[Array, Array]:
    """(the true lines, the lines as they are given), (S, S) float32 in [0, 1].

    Given lines have one of many weights, vary in it, and may be thinned, grey, shaken or broken.
    """
    side = len(window.distance)
    width = float(np.exp(rng.uniform(np.log(_FINEST_PX), np.log(3.6))))
    lines = window.drawn(width)
    distance = window.distance
    if rng.random() < 0.3:  # another hand: drawn beside the form
        x, y = np.meshgrid(np.arange(side, dtype=np.float32), np.arange(side, dtype=np.float32))
        by = rng.uniform(0.3, 1.2)
        dx, dy = (by * smooth_noise(rng, side, 30.0) for _ in range(2))
        distance = cv2.remap(
            distance, x + dx, y + dy, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
    given_px = np.minimum(width, window.room)
    if rng.random() < 0.4:
        given_px = given_px * np.clip(1 + 0.35 * smooth_noise(rng, side, 24.0), 0.3, 1.8)
    given = ink(distance, given_px, window.solids)
    if rng.random() < 0.3:
        broken = smooth_noise(rng, side, rng.uniform(5, 16)) > rng.uniform(-2.2, -1.2)
        given = given * cv2.GaussianBlur(broken.astype(np.float32), (0, 0), 0.8)
    if rng.random() < 0.25:
        given = given * np.float32(rng.uniform(0.5, 1.0))
    return lines, given.astype(np.float32)


@dataclass(frozen=True)
class WholePair:
    """All of a pair at one size, as it is measured; nothing in it is left to chance.

    picture  (S, S, 3) float32 RGB in [0, 1], the finished picture
    colours  (S, S, 3) float32 RGB, what is under its lines
    lines    (S, S) float32 in [0, 1], coverage of ink
    """

    picture: Array
    colours: Array
    lines: Array


def whole_pair(
    pair: LinePair, side_px: int, *, weight: float = 0.2, detail: float = 0.7
) -> WholePair:
    """A pair squeezed to a square, with its lines at a weight and a detail of that size."""
    marks = pair.marks
    scale = float(np.sqrt(side_px / marks.shape[0] * side_px / marks.shape[1]))
    seen = _fitted(pair.finished, marks, detail, side_px, scale)
    under = _fitted(pair.colours, marks, detail, side_px, scale)
    return WholePair(
        picture=np.clip(seen.picture, 0, 1),
        colours=np.clip(under.picture, 0, 1),
        lines=seen.drawn(stroke_width_px(weight)),
    )
