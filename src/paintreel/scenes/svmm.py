"""SVMM: patches of paintings laid on the regions of a rough, chosen by a support vector machine.

Paper: "MFFCN-GAN: Multi-Scale Feature Fusion CNN with GAN for Automated Artistic Scene Generation
in Film Animation", section 4.1, which compares with "the traditional machine learning model that
makes use of support vector machine" of its reference [10] and does not describe it. This is our
reading: superpixels of the rough are described by colour, place, shape, neighbours and ink; the
machine says of which element class each is; the class says how it is underpainted and which
patches of its library may be laid in; of those, each window takes the one whose own rough looked
most alike, and neighbouring patches are joined along least-error seams.

How the model file is made: `paintreel.learn.trainers.svmm`.
"""

from __future__ import annotations

from os import PathLike
from pathlib import Path

import cv2
import numpy as np

from paintreel.errors import InputError, ModelFileError
from paintreel.imaging.arrays import Array
from paintreel.roughs.quilting import Grid, commonest
from paintreel.roughs.region_classifier import RegionClassifier, region_features
from paintreel.roughs.rough import Rough
from paintreel.roughs.superpixels import FEATURES, Superpixels, find_cells, find_superpixels
from paintreel.roughs.underpainting import (
    KEY_SIZE,
    LAYERS,
    as_layers,
    from_opponent,
    mirrored_keys,
    mix_layers,
    paint_layers,
    window_keys,
)
from paintreel.runtime.card import read_model
from paintreel.runtime.catalog import bundled
from paintreel.runtime.contract import Contract, model_arrays
from paintreel.worlds.categories import Category

WORK_PX = 1024
"""Longer side at which detail is made; a larger picture gets it enlarged, on its own colours."""

MIN_SIDE_PX = 16
_MAX_WINDOW_PX = 256
_SOFT_PX = 2.0
_TURNS = 4
_ALIKE = 0.05
"""Keys whose squared distances differ by less are as good: such patches take turns."""

_CLASSIFIER = ("mean", "spread", "waves", "phases", "weights", "bias")
_ARRAYS = (
    *("contract", "window", "detail_range", "underpaint", "gains", "grounds"),
    *_CLASSIFIER,
    *("kind", "keys", "light", "tint"),
)
_RANKS = {"detail_range": 0, "grounds": 3, "tint": 4}


class SVMM:
    """The composer of a model file; `SVMM()` opens the bundled one.

    Raises ModelFileError for a file that is missing, damaged, changed since its card was written,
    or no SVMM model.
    """

    def __init__(self, path: str | PathLike[str] | None = None) -> None:
        path = bundled("svmm") if path is None else Path(path)
        arrays = _read(path)
        self.contract = _contract(arrays, path)
        _check_shapes(arrays, self.contract.labels, path)
        self._classifier = RegionClassifier(**{name: arrays[name] for name in _CLASSIFIER})
        self._underpaint, self._gains = arrays["underpaint"], arrays["gains"]
        self._grounds = arrays["grounds"]
        self._side_px, self._overlap_px = (int(x) for x in arrays["window"])
        span = np.float32(arrays["detail_range"]) / 127
        keys = arrays["keys"].astype(np.float32)
        self._kind = np.tile(arrays["kind"], 2)
        self._keys = np.concatenate([keys, mirrored_keys(keys)])
        self._patches = _with_mirrored(arrays["light"], arrays["tint"]) * span

    def __call__(self, rough: Rough, category: Category | None = None) -> Array:
        """The composed picture (H, W, 3) uint8 of a rough, each side MIN_SIDE_PX or more.

        Without a block-in the fields between the lines get colours usual for the category and the
        height in the picture. The same rough gives the same picture. Raises InputError.
        """
        height, width = _checked_size(rough)
        scale = min(1.0, WORK_PX / max(height, width))
        small = rough if scale == 1 else _shrunk(rough, scale)
        label = None if category is None else category.label
        if small.blocks is not None:
            regions, blocks = find_superpixels(small.blocks), small.blocks
        else:
            assert small.lines is not None, "a rough has blocks or lines"
            regions = find_cells(small.lines)
            blocks = self._ground(regions, label)
        added = self._added(Rough(blocks, small.lines), regions, label)
        ground = blocks if rough.blocks is None else rough.blocks
        if scale < 1:
            added = cv2.resize(added, (width, height), interpolation=cv2.INTER_LINEAR)
            ground = cv2.resize(ground, (width, height), interpolation=cv2.INTER_NEAREST)
        return (np.clip(ground / np.float32(255) + added, 0, 1) * 255 + 0.5).astype(np.uint8)

    def element_classes(self, regions: Superpixels, rough: Rough, label: str | None) -> Array:
        """(R,) element class of every region; a label that the model has none of is unknown."""
        return self._classifier.classes(
            region_features(regions, rough, label, self.contract.labels)
        )

    def _added(self, rough: Rough, regions: Superpixels, label: str | None) -> Array:
        """(H, W, 3) in [-1, 1]: what underpainting and patches add to the block-in."""
        kind = self.element_classes(regions, rough, label)[regions.labels]
        blocks, ink = as_layers(rough)
        added = mix_layers(paint_layers(blocks, ink), self._underpaint[kind])
        height, width = kind.shape
        grid = Grid(height, width, self._side_px, self._overlap_px)
        lab = cv2.cvtColor(blocks, cv2.COLOR_RGB2LAB) / 100
        chosen = self._nearest(window_keys(grid, lab, ink), commonest(grid.windows(kind))[0])
        detail = from_opponent(grid.quilt(self._patches[chosen]))
        gain = cv2.GaussianBlur(self._gains[kind], (0, 0), _SOFT_PX)
        return added + detail * gain[..., None]

    def _nearest(self, keys: Array, kind: Array) -> Array:
        """(rows, columns) patch of each window's class with the key nearest to its own.

        Those next to nearest take turns with it where they are as good, so that no plain area is
        tiled with one patch.
        """
        chosen = np.zeros(kind.shape, np.int64)
        turn = (2 * np.arange(kind.shape[0])[:, None] + np.arange(kind.shape[1])) % _TURNS
        for k in np.unique(kind):
            may = np.nonzero(self._kind == k)[0]
            if may.size == 0:  # a class that no training window was pure enough for
                may = np.arange(self._kind.size)
            here, theirs = keys[kind == k], self._keys[may]
            far = (theirs**2).sum(axis=1) - 2 * here @ theirs.T
            near = np.argsort(far, axis=1, kind="stable")[:, :_TURNS]
            distance = np.take_along_axis(far, near, axis=1)
            good = (distance < distance[:, :1] + _ALIKE).sum(axis=1)
            place = turn[kind == k] % good
            chosen[kind == k] = may[np.take_along_axis(near, place[:, None], axis=1)[:, 0]]
        return chosen

    def _ground(self, regions: Superpixels, label: str | None) -> Array:
        """(H, W, 3) flat colours for fields without any: the category's, by height.

        Those of all categories for one that the model does not know.
        """
        known = self.contract.labels
        ramp = self._grounds[known.index(label) if label in known else len(known)]
        labels = regions.labels
        rows = np.broadcast_to(np.arange(labels.shape[0])[:, None], labels.shape)
        area = np.bincount(labels.ravel())
        middle = np.bincount(labels.ravel(), rows.ravel()) / area / labels.shape[0]
        at = np.clip(middle * len(ramp) - 0.5, 0, len(ramp) - 1)
        steps = np.arange(len(ramp))
        colours = np.stack([np.interp(at, steps, channel) for channel in ramp.T], axis=1)
        return (colours + 0.5).astype(np.uint8)[labels]


def _read(path: Path) -> dict[str, Array]:
    data, _ = read_model(path)
    arrays = model_arrays(data, path)
    if missing := [name for name in _ARRAYS if name not in arrays]:
        raise ModelFileError(f"{path} is no SVMM model: it has no {', '.join(missing)}")
    for name in set(_ARRAYS) - {"contract"}:
        values = arrays[name]
        fits = values.ndim == _RANKS.get(name, values.ndim) and values.dtype.kind in "fiu"
        if not fits or not np.isfinite(values).all():
            raise ModelFileError(
                f"{path} is no SVMM model: {name} is {values.dtype} {values.shape}"
            )
    side, overlap = (int(x) for x in np.resize(arrays["window"], 2))
    if arrays["window"].shape != (2,) or not 0 <= 2 * overlap <= side <= _MAX_WINDOW_PX:
        raise ModelFileError(
            f"{path} is no SVMM model: window {arrays['window'].tolist()} is no side of at most "
            f"{_MAX_WINDOW_PX} px and overlap of at most half of it"
        )
    return arrays


def _contract(arrays: dict[str, Array], path: Path) -> Contract:
    contract = Contract.from_array(arrays["contract"], path)
    if contract.system != "svmm":
        raise ModelFileError(f"{path} is a model of {contract.system!r}, expected 'svmm'")
    return contract


def _check_shapes(arrays: dict[str, Array], labels: tuple[str, ...], path: Path) -> None:
    """Raise ModelFileError unless all sizes agree with each other and with the contract."""
    fourier, classes = arrays["weights"].shape if arrays["weights"].ndim == 2 else (0, 0)
    count, features = arrays["kind"].size, len(FEATURES) + len(labels)
    side = int(arrays["window"].flat[0])
    wanted = {
        "mean": (features,),
        "spread": (features,),
        "waves": (features, fourier),
        "phases": (fourier,),
        "weights": (fourier, classes),
        "bias": (classes,),
        "underpaint": (classes, LAYERS),
        "gains": (classes,),
        "grounds": (len(labels) + 1, arrays["grounds"].shape[1], 3),
        "window": (2,),
        "kind": (count,),
        "keys": (count, KEY_SIZE),
        "light": (count, side, side),
        "tint": (count, *arrays["tint"].shape[1:3], 2),
    }
    wrong = [n for n, shape in wanted.items() if arrays[n].shape != shape or 0 in shape]
    if wrong:
        found = ", ".join(f"{n} {arrays[n].shape} for {wanted[n]}" for n in wrong)
        raise ModelFileError(f"{path} is no SVMM model of this version: {found}")


def _with_mirrored(light: Array, tint: Array) -> Array:
    """(2 P, S, S, 3) opponent detail of P patches, then of their mirror images.

    Less their means: a patch has grain to give, its colour is the block-in's to say.
    """
    side = light.shape[1]
    large = np.stack(
        [
            cv2.resize(t.astype(np.float32), (side, side), interpolation=cv2.INTER_LINEAR)
            for t in tint
        ]
    )
    patches = np.concatenate([light[..., None].astype(np.float32), large], axis=-1)
    patches -= patches.mean(axis=(1, 2), keepdims=True)
    return np.concatenate([patches, patches[:, :, ::-1]])


def _checked_size(rough: Rough) -> tuple[int, int]:
    """(H, W) of a rough. Raises InputError for one that cannot be composed from."""
    shapes = {x.shape[:2] for x in (rough.blocks, rough.lines) if x is not None}
    if not shapes:
        raise InputError("the rough has neither blocks nor lines; give one or both")
    if len(shapes) > 1:
        raise InputError(f"blocks and lines of the rough have sizes {sorted(shapes)}, not one")
    height, width = shapes.pop()
    if min(height, width) < MIN_SIDE_PX:
        raise InputError(f"the rough is {width}x{height} px; expected {MIN_SIDE_PX} px a side")
    return height, width


def _shrunk(rough: Rough, scale: float) -> Rough:
    """The rough at a scale below 1; flat colours stay unmixed."""
    blocks, lines = rough.blocks, rough.lines
    height, width = _checked_size(rough)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    if blocks is not None:
        blocks = cv2.resize(blocks, size, interpolation=cv2.INTER_NEAREST)
    if lines is not None:
        lines = cv2.resize(lines, size, interpolation=cv2.INTER_AREA)
    return Rough(blocks, lines)
