"""How much paint a scene network adds to roughs of held-out panels, and what it costs.

    python benchmarks/painter.py --art ../shared/data/art [--part development|test]
                                 [--method NAME_OR_FILE ...] [--keep DIR] [--save] [--quick]

Of each network, and of the block-ins as they are: PSNR and SSIM on the crops that cards are
measured on, at the standard level; the Fréchet distance of 2,000 tiles of painted panels to 2,000
tiles of the panels, by features of EfficientNet-Lite0 on the 64 principal axes of the panels that
are learnt from; seconds of a 512 x 512 picture on two threads; the size of the file; the greatest
difference between a 4K picture in tiles and whole.

With `--keep DIR` the crops are kept as they were painted, a folder a network, and their block-ins
in DIR/roughs: what `paintreel compare --blind` asks raters of.

Beside the distances stand two that nothing painted: between the two episodes of the part, and
between two draws of its panels. Development (episodes 5 and 11) is chosen by, the test (16 and 22)
is measured once.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from report import PROJECT, Report, common_options, finish

from paintreel.imaging.arrays import Array
from paintreel.imaging.files import Picture, write_picture
from paintreel.learn.data.folders import PictureFolder, load_pictures, scan
from paintreel.learn.data.scene_crops import MAX_SIDE_PX, Crop, crops_of, view_of
from paintreel.learn.data.scene_labels import read_labels
from paintreel.learn.data.scene_pairs import STANDARD
from paintreel.learn.data.splits import read_splits
from paintreel.learn.models.bundled_backbone import load_bundled_backbone
from paintreel.learn.models.efficientnet import TAPS
from paintreel.learn.trainers.scene_material import HELD_OUT_CROP_PX, HELD_OUT_CROPS
from paintreel.metrics.distribution import FeatureStatistics, frechet_distance
from paintreel.metrics.fidelity import psnr, ssim
from paintreel.roughs.rough import Rough, make_rough
from paintreel.runtime.catalog import find_model
from paintreel.scenes import DEFAULT_METHOD
from paintreel.scenes.network import Finisher
from paintreel.worlds.categories import CATEGORIES, Category

SPLITS = PROJECT / "recipes" / "splits.toml"
AXES, TILES, TILE_PX, BATCH = 64, 2000, 128, 50
NAME = "efficientnet-axes"
SPEED_PX, THREADS, TIMES = 512, 2, 5
LARGE = (2160, 3840)

Paint = Callable[[Rough, Category | None], Array]


def category_of(label: str | None) -> Category | None:
    """A category that has the label."""
    return next((c for c in CATEGORIES if c.label == label), None)


class Features:
    """Means of EfficientNet's maps on the principal axes of pictures to learn from."""

    def __init__(self, views: Sequence[Array], tiles: int) -> None:
        self.network = load_bundled_backbone()
        self.tiles = tiles
        learnt = self._pooled(draw(views, tiles, seed=1))
        self.mean = learnt.mean(axis=0)
        _, _, axes = np.linalg.svd(learnt - self.mean, full_matrices=False)
        self.axes = axes[:AXES].T

    def __call__(self, views: Sequence[Array], *, seed: int) -> FeatureStatistics:
        """Of tiles drawn from pictures."""
        features = (self._pooled(draw(views, self.tiles, seed=seed)) - self.mean) @ self.axes
        statistics = FeatureStatistics(features.shape[1], name=NAME)
        statistics.update(features)
        return statistics

    @torch.no_grad()
    def _pooled(self, tiles: Sequence[Array]) -> Array:
        rows = []
        for start in range(0, len(tiles), BATCH):
            stack = np.stack(tiles[start : start + BATCH]).transpose(0, 3, 1, 2)
            maps = self.network.maps(torch.from_numpy(stack.astype(np.float32) / 255), TAPS)
            rows.append(torch.cat([m.mean(dim=(2, 3)) for m in maps], dim=1).numpy())
        return np.concatenate(rows).astype(np.float64)


def draw(views: Sequence[Array], count: int, *, seed: int) -> list[Array]:
    """Tiles of TILE_PX a side, at places by chance."""
    rng, tiles = np.random.default_rng(seed), []
    for _ in range(count):
        view = views[int(rng.integers(len(views)))]
        y, x = (int(rng.integers(0, side - TILE_PX + 1)) for side in view.shape[:2])
        tiles.append(np.ascontiguousarray(view[y : y + TILE_PX, x : x + TILE_PX]))
    return tiles


def views_of(folder: PictureFolder, most: int | None) -> list[Array]:
    """The panels at the size that crops are cut from."""
    pictures = load_pictures(folder, max_side_px=MAX_SIDE_PX, what="--art")[:most]
    return [view_of(picture, HELD_OUT_CROP_PX) for picture in pictures]


@dataclass(frozen=True)
class Material:
    """The part that is measured on: panels with their roughs, and the crops of the cards."""

    views: list[Array]
    roughs: list[Rough]
    labels: list[str | None]
    crops: list[Crop]

    def painted(self, paint: Paint) -> list[Array]:
        pairs = zip(self.roughs, self.labels, strict=True)
        return [paint(rough, category_of(label)) for rough, label in pairs]

    def fidelity(self, paint: Paint, keep: Path | None) -> tuple[float, float]:
        """Mean PSNR and SSIM; the crops as they were painted go into the folder `keep`."""
        scores = []
        for crop in self.crops:
            result = paint(crop.roughs[STANDARD], category_of(crop.label))
            if keep is not None:
                name = Path(crop.name).with_suffix(".png").name
                write_picture(keep / name, Picture(np.ascontiguousarray(result)), overwrite=True)
            scores.append((psnr(result, crop.truth), ssim(result, crop.truth)))
        first, second = np.mean(scores, axis=0)
        return float(first), float(second)


def as_it_is(rough: Rough, _category: Category | None) -> Array:
    """The block-in."""
    assert rough.blocks is not None
    return rough.blocks


def seconds(network: Finisher, rough: Rough) -> float:
    """The least of several of a square picture."""
    assert rough.blocks is not None
    assert rough.lines is not None
    square = Rough(*(cv2.resize(x, (SPEED_PX, SPEED_PX)) for x in (rough.blocks, rough.lines)))
    network.finish(square)
    taken = []
    for _ in range(TIMES):
        began = time.perf_counter()
        network.finish(square)
        taken.append(time.perf_counter() - began)
    return min(taken)


def seam(path: Path, rough: Rough, size: tuple[int, int]) -> int:
    """Greatest difference, of 255, between a large picture in tiles and in one piece."""
    assert rough.blocks is not None
    assert rough.lines is not None
    height, width = size
    large = Rough(
        cv2.resize(rough.blocks, (width, height), interpolation=cv2.INTER_NEAREST),
        cv2.resize(rough.lines, (width, height), interpolation=cv2.INTER_LINEAR),
    )
    made = [Finisher(path, threads=THREADS, tile=tile).finish(large) for tile in (256, "off")]
    return int(np.abs(made[0].astype(np.int16) - made[1]).max())


def main() -> None:
    parser = common_options(argparse.ArgumentParser(description=__doc__.splitlines()[0]))
    parser.add_argument("--art", type=Path, required=True, metavar="DIR")
    parser.add_argument("--part", choices=("development", "test"), default="development")
    parser.add_argument("--method", action="append", default=[], metavar="NAME_OR_FILE")
    parser.add_argument("--keep", type=Path, metavar="DIR")
    args = parser.parse_args()
    report = Report("painter", "Paint that is added to a rough", quick=args.quick)
    most, tiles, large = (6, 200, (640, 960)) if args.quick else (None, TILES, LARGE)
    splits = read_splits(SPLITS).panels
    folder = scan(args.art, what="--art")
    train, held_out = folder.split(splits.held_out)
    part = held_out.only(getattr(splits, args.part))
    features = Features(views_of(train, most), tiles)
    material = material_of(part, most)
    truth = features(material.views, seed=3)
    episodes = [views_of(part.only((glob,)), most) for glob in getattr(splits, args.part)]
    between = frechet_distance(*(features(views, seed=2) for views in episodes))
    again = frechet_distance(features(material.views, seed=4), truth)
    rows: list[tuple[str, ...]] = []

    def row(title: str, paint: Paint, folder: str, *more: str) -> None:
        painted = features(material.painted(paint), seed=4)  # other places than those of truth
        distance = frechet_distance(painted, truth)
        fidelity = material.fidelity(paint, args.keep and args.keep / folder)
        rows.append((title, f"{fidelity[0]:.2f}", f"{fidelity[1]:.4f}", f"{distance:.0f}", *more))

    row("the block-in", as_it_is, "roughs", "", "", "")
    for name in args.method or [DEFAULT_METHOD]:
        file = find_model(name, "scene")
        network = Finisher(file.path, threads=THREADS)
        row(
            file.name,
            network.finish,
            file.name,
            f"{seconds(network, material.roughs[0]):.2f}",
            f"{file.path.stat().st_size / 1e6:.2f}",
            str(seam(file.path, material.roughs[0], large)),
        )
    rows.append(("between its two episodes", "", "", f"{between:.0f}", "", "", ""))
    rows.append(("between two draws of its panels", "", "", f"{again:.0f}", "", "", ""))
    columns = ("what", "PSNR dB", "SSIM", "Fréchet", "512² s", "MB", "4K in tiles, of 255")
    count = f"{len(material.views)} panels, {len(material.crops)} crops"
    report.table(f"Panels of {args.part} ({count})", columns, rows)
    finish(report, args)


def material_of(part: PictureFolder, most: int | None) -> Material:
    """Panels of a part, cut to sides that networks take, and the crops of the cards."""
    views = []
    for view in views_of(part, most):
        height, width = (side // 16 * 16 for side in view.shape[:2])
        views.append(np.ascontiguousarray(view[:height, :width]))
    rated = read_labels(part.root)
    crops = crops_of(part, most or HELD_OUT_CROPS, side_px=HELD_OUT_CROP_PX)
    labels = [rated.get(path.as_posix()) for path in part.paths[:most]]
    return Material(views, [make_rough(view) for view in views], labels, crops)


if __name__ == "__main__":
    main()
