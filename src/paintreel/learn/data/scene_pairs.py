"""Pairs of a rough and the painting it was made from, at several scales.

A panel is shrunk to a few sizes; of each, `make_roughs` makes one rough a level. That is slow, so
the roughs lie in a cache on disk, and stay encoded in memory until a crop is drawn from them.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np

from paintreel.errors import DataError, InputError
from paintreel.imaging.arrays import Array
from paintreel.imaging.atomic import atomic_path
from paintreel.learn.data.rough_variation import (
    Variation,
    change_contrast,
    cut_out,
    recolour,
    redraw,
    retone,
)
from paintreel.roughs.labels import one_hot
from paintreel.roughs.planes import network_planes
from paintreel.roughs.rough import LEVELS, ROUGHS_VERSION, Rough, make_roughs
from paintreel.worlds.categories import LABELS

STANDARD = "standard"
MODES = ("both", "blocks", "lines")
MOST_ENLARGED_PX = 2048
"""Largest short side that panels are enlarged to."""
_PNG_END = b"IEND\xaeB`\x82"


@dataclass(frozen=True)
class View:
    """A panel at one scale. truth: (H, W, 3) uint8.  roughs: {level: PNG}, see `encode_rough`."""

    truth: Array
    roughs: dict[str, bytes]

    def rough(self, level: str) -> Rough:
        return decode_rough(self.roughs[level])


@dataclass(frozen=True)
class Panel:
    """views: from the smallest scale to the largest.  label: one of LABELS, or None."""

    views: tuple[View, ...]
    label: str | None


@dataclass(frozen=True)
class PairSettings:
    """How crops are drawn.

    crop_px: side of a crop.  scales_px: short sides the panels are shrunk to.
    levels: {level of rough: relative frequency}.  modes: {what of it is given: frequency}.
    unknown: share of the crops whose category is withheld.
    """

    crop_px: int = 256
    batch: int = 8
    scales_px: tuple[int, ...] = (256, 384, 560)
    levels: dict[str, float] = field(
        default_factory=lambda: {"coarse": 0.25, "standard": 0.5, "fine": 0.25}
    )
    modes: dict[str, float] = field(
        default_factory=lambda: {"both": 0.65, "blocks": 0.2, "lines": 0.15}
    )
    unknown: float = 0.3
    variation: Variation = field(default_factory=Variation)

    def __post_init__(self) -> None:
        checks = {
            "crop_px is a multiple of 16, 32 or more": self.crop_px >= 32 and not self.crop_px % 16,
            "batch is 1 or more": self.batch >= 1,
            "scales_px are crop_px or more": min(self.scales_px, default=0) >= self.crop_px,
            f"the least of scales_px, which enlarges, is at most {MOST_ENLARGED_PX}": (
                min(self.scales_px, default=0) <= MOST_ENLARGED_PX
            ),
            f"levels are of {', '.join(LEVELS)}": self.levels.keys() <= LEVELS.keys(),
            f"modes are of {', '.join(MODES)}": self.modes.keys() <= set(MODES),
            "frequencies are not below 0, one is above": all(
                min(f.values(), default=-1) >= 0 and sum(f.values()) > 0
                for f in (self.levels, self.modes)
            ),
            "unknown is 0 to 1": 0 <= self.unknown <= 1,
        }
        if wrong := [rule for rule, holds in checks.items() if not holds]:
            raise InputError(f"these pairs cannot be drawn: {'; '.join(wrong)} must hold")


def blocks_of(rough: Rough) -> Array:
    """The block-in of a rough that was made from a picture, which always has one."""
    assert rough.blocks is not None
    return rough.blocks


def encode_rough(rough: Rough) -> bytes:
    """PNG with the blocks as colour and, if there are any, the lines as opacity."""
    layers = [blocks_of(rough)[..., ::-1]]
    if rough.lines is not None:
        layers.append(rough.lines[..., None])
    done, data = cv2.imencode(".png", np.concatenate(layers, axis=2))
    assert done
    return data.tobytes()


def decode_rough(data: bytes) -> Rough:
    """The inverse of `encode_rough`. Raises DataError for other bytes."""
    buffer = np.frombuffer(data, np.uint8)
    pixels = cv2.imdecode(buffer, cv2.IMREAD_UNCHANGED) if data else None
    if pixels is None or pixels.ndim != 3:
        raise DataError("a kept rough is damaged; delete the folder of the roughs, and go on")
    lines = pixels[..., 3] if pixels.shape[2] == 4 else None
    return Rough(blocks=pixels[..., 2::-1], lines=lines)


def make_panels(
    pictures: Sequence[Array],
    labels: Sequence[str | None],
    *,
    scales_px: tuple[int, ...],
    cache: Path,
    threads: int = 1,
    on_progress: Callable[[int, int], None] | None = None,
) -> list[Panel]:
    """Panels of pictures, (H, W, 3) uint8, with the roughs of all levels from `cache` or made.

    A scale above a picture's own short side is that side; below the smallest it is enlarged to it.
    """
    cache.mkdir(parents=True, exist_ok=True)
    threads_of_cv = cv2.getNumThreads()

    def panel(picture: Array, label: str | None) -> Panel:
        short = min(picture.shape[:2])
        sizes = sorted({min(s, max(short, min(scales_px))) for s in scales_px})
        truths = [_resized(picture, size) for size in sizes]
        return Panel(tuple(View(t, _cached(t, cache)) for t in truths), label)

    panels = []
    cv2.setNumThreads(1)
    try:
        with ThreadPoolExecutor(threads) as pool:
            for each in pool.map(panel, pictures, labels):
                panels.append(each)
                if on_progress:
                    on_progress(len(panels), len(pictures))
    finally:
        cv2.setNumThreads(threads_of_cv)
    return panels


def _resized(picture: Array, short_px: int) -> Array:
    scale = short_px / min(picture.shape[:2])
    if scale == 1:
        return picture
    size = tuple(max(short_px, round(side * scale)) for side in picture.shape[1::-1])
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return cv2.resize(picture, size, interpolation=how)


def _cached(picture: Array, cache: Path) -> dict[str, bytes]:
    """{level: encoded rough} of a picture, kept by a hash of its pixels and their making."""
    digest = hashlib.sha256(f"{picture.shape} {LEVELS!r} {ROUGHS_VERSION}".encode())
    digest.update(np.ascontiguousarray(picture).tobytes())
    paths = {level: cache / f"{digest.hexdigest()[:20]}-{level}.png" for level in LEVELS}
    if not all(_is_whole(path) for path in paths.values()):
        for level, rough in make_roughs(picture).items():
            with atomic_path(paths[level], overwrite=True) as beside:
                beside.write_bytes(encode_rough(rough))
    return {level: path.read_bytes() for level, path in paths.items()}


def _is_whole(path: Path) -> bool:
    """Whether a PNG is there and its last chunk too, without reading what lies between."""
    try:
        with path.open("rb") as file:
            file.seek(-len(_PNG_END), os.SEEK_END)
            return file.read() == _PNG_END
    except OSError:  # not there, or shorter than that
        return False


def given(view: View, level: str, mode: str = "both") -> tuple[Array | None, Array | None]:
    """(blocks, lines) of a view, those that `mode` gives; a level without lines has STANDARD's."""
    rough = view.rough(level)
    lines = rough.lines
    if mode != "blocks" and lines is None:
        lines = view.rough(STANDARD).lines
    return (None if mode == "lines" else rough.blocks, None if mode == "blocks" else lines)


def centre(picture: Array, side_px: int) -> Array:
    """The middle square of (H, W, ...), or as much of it as there is."""
    top, left = (max(0, (side - side_px) // 2) for side in picture.shape[:2])
    return picture[top : top + side_px, left : left + side_px]


class PairSampler:
    """Draws batches (rough (N, 6, S, S), category (N, labels), truth (N, 3, S, S)), float32.

    All state is in `rng`, so that a run can be resumed exactly.
    """

    def __init__(
        self, panels: Sequence[Panel], settings: PairSettings, rng: np.random.Generator
    ) -> None:
        self.panels, self.settings, self.rng = panels, settings, rng

    def __call__(self) -> tuple[Array, Array, Array]:
        drawn = [self._one() for _ in range(self.settings.batch)]
        roughs, categories, truths = zip(*drawn, strict=True)
        return np.stack(roughs), np.stack(categories), np.stack(truths)

    def _one(self) -> tuple[Array, Array, Array]:
        s, rng = self.settings, self.rng
        panel = self.panels[int(rng.integers(len(self.panels)))]
        view = panel.views[int(rng.integers(len(panel.views)))]
        level, mode = self._pick(s.levels), self._pick(s.modes)
        blocks, lines = given(view, level, mode)
        truth, blocks, lines = self._crop(view.truth, blocks, lines)
        rough, truth = self._vary(truth, blocks, lines)
        label = None if rng.random() < s.unknown else panel.label
        return rough, one_hot(label, LABELS), truth.transpose(2, 0, 1) * np.float32(1 / 255)

    def _pick(self, frequencies: dict[str, float]) -> str:
        p = np.array(list(frequencies.values()))
        return list(frequencies)[self.rng.choice(len(p), p=p / p.sum())]

    def _crop(
        self, truth: Array, blocks: Array | None, lines: Array | None
    ) -> tuple[Array, Array | None, Array | None]:
        """The same window of all; turned and enlarged a little in a part of the draws."""
        v, side, rng = self.settings.variation, self.settings.crop_px, self.rng
        height, width = truth.shape[:2]
        top = int(rng.integers(0, height - side + 1))
        left = int(rng.integers(0, width - side + 1))
        if rng.random() < v.rotate and v.rotation_deg > 0:
            angle = rng.uniform(-v.rotation_deg, v.rotation_deg)
            middle = (left + side / 2, top + side / 2)
            turn = cv2.getRotationMatrix2D(middle, angle, rng.uniform(1.0, 1.25))
            turn[:, 2] -= (left, top)

            def cut(x: Array, flat: bool) -> Array:
                return _turned(x, turn, side, flat=flat)
        else:

            def cut(x: Array, flat: bool) -> Array:
                return x[top : top + side, left : left + side]

        columns = slice(None, None, -1 if rng.random() < v.flip else 1)

        def window(x: Array, *, flat: bool = False) -> Array:
            return np.ascontiguousarray(cut(x, flat)[:, columns])

        return (
            window(truth),
            None if blocks is None else window(blocks, flat=True),
            None if lines is None else window(lines),
        )

    def _vary(self, truth: Array, blocks: Array | None, lines: Array | None) -> tuple[Array, Array]:
        """(network input, truth) of a crop after the switches of `Variation`."""
        v, rng = self.settings.variation, self.rng
        # Without blocks nothing would tell of the change: the truth keeps its colours.
        if blocks is not None and rng.random() < v.colour:
            truth, blocks = recolour(truth, blocks, rng)
        # Nothing is drawn for it where it is off: runs recorded before it can be made again.
        if blocks is not None and v.contrast > 0 and rng.random() < v.contrast:
            truth, blocks = change_contrast(truth, blocks, rng)
        if blocks is not None and rng.random() < v.tones:
            blocks = retone(blocks, rng)
        if blocks is not None and rng.random() < v.blur:
            blocks = cv2.GaussianBlur(blocks, (0, 0), rng.uniform(0.8, 4.0))
        if lines is not None and rng.random() < v.lines:
            lines = redraw(lines, rng)
        rough = network_planes(blocks, lines)
        return (cut_out(rough, rng) if rng.random() < v.cutout else rough), truth


def _turned(x: Array, turn: Array, side: int, *, flat: bool) -> Array:
    """`flat` keeps block colours unmixed."""
    how = cv2.INTER_NEAREST if flat else cv2.INTER_LINEAR
    return cv2.warpAffine(x, turn, (side, side), flags=how, borderMode=cv2.BORDER_REFLECT_101)
