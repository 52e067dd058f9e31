"""How near `fuse` comes to the true restyled frames, beside what else one would do; and its speed.

    python benchmarks/fuse.py --photos ../shared/data/photo --clips ../shared/data/video [--save]
        [--styles watercolour] [--shots 24] [--adapt-time 100] [--quick]

Shots are moving crops of the test photographs of recipes/splits.toml and the beginnings of clips.
Each is painted frame by frame in a style; the middle frame is given as key frame, the others are
the truth. Beside the adapted network: the network as it is, the key frame carried along the motion,
colour statistics, and the frame itself. With --speed frames per second at 480 and 720 lines.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
from report import Report, common_options, finish

import paintreel
from paintreel.fuse.frames import Carrier, FusedFrames
from paintreel.fuse.fusing import given_paintings, prepare
from paintreel.imaging.arrays import Array
from paintreel.imaging.files import read_picture
from paintreel.learn.data.folders import scan
from paintreel.learn.data.splits import read_splits
from paintreel.media.carrying import PaintedKey, carried_planes
from paintreel.media.generated import GeneratedFrames
from paintreel.media.motion import MotionFinder, sketch
from paintreel.media.reader import read_frames
from paintreel.media.video import EncodingSettings, write_video
from paintreel.metrics import psnr, ssim
from paintreel.metrics.temporal import warping_error
from paintreel.pictures.paper import rgb8_on_white
from paintreel.stats import wilcoxon_signed_rank
from paintreel.stylize import Style

LOSSLESS = EncodingSettings(codec="ffv1")
RATE = Fraction(24)
ADAPTED, PLAIN, CARRIED, COLOURS, FRAME = (
    "adapted",
    "not adapted",
    "carried key frame",
    "colour statistics",
    "the frame itself",
)
Shot = tuple[str, list[Array]]


def photograph_shots(root: Path, count: int, frames: int, size: tuple[int, int]) -> Iterator[Shot]:
    """Moving crops of test photographs: a pan and zoom each, of source after source."""
    splits = read_splits(Path(__file__).resolve().parent.parent / "recipes" / "splits.toml")
    folder = scan(root, what="--photos").only(splits.photographs.test)
    chosen = folder.draw(count, np.random.default_rng(20))
    for index, path in enumerate(chosen.paths):
        picture = rgb8_on_white(read_picture(root / path).pixels)
        rng = np.random.default_rng([20, index])
        yield path.as_posix(), list(moved(picture, frames, size, rng))


def moved(
    picture: Array, frames: int, size: tuple[int, int], rng: np.random.Generator
) -> Iterator[Array]:
    """A camera that moves by a tenth of the view and closes in by as much at most."""
    height, width = picture.shape[:2]
    widest = min(width, height * size[0] / size[1])
    start, end = rng.uniform(0.8, 0.9, 2) * widest
    from_, to = (rng.uniform(0, 1, 2) for _ in range(2))
    to = np.clip(to, from_ - 0.4, from_ + 0.4)
    for step in np.linspace(0, 1, frames):
        wide = start + (end - start) * step
        high = wide * size[1] / size[0]
        place = (from_ + (to - from_) * step) * (width - wide, height - high)
        scale = size[0] / wide
        turn = np.float32([[scale, 0, -place[0] * scale], [0, scale, -place[1] * scale]])
        yield cv2.warpAffine(picture, turn, size, flags=cv2.INTER_AREA)


def clip_shots(root: Path, frames: int, size: tuple[int, int]) -> Iterator[Shot]:
    for path in sorted(p for p in root.iterdir() if p.suffix in (".mp4", ".webm", ".mkv", ".gif")):

        def fit(width: int, height: int) -> tuple[int, int]:
            scale = size[0] / width
            return size[0], max(16, round(height * scale / 2) * 2)

        with read_frames(path, size=fit) as source:
            yield path.name, [f.pixels.copy() for f in islice(source, 24, 24 + frames)]


def colour_statistics(key: PaintedKey) -> Callable[[Array], Array]:
    """Mean and deviation of each channel of Lab moved as they are from frame to painting."""
    (mean, deviation), (new_mean, new_deviation) = (
        (x.mean(axis=(0, 1)), x.std(axis=(0, 1)) + 1e-3)
        for x in (
            cv2.cvtColor(p, cv2.COLOR_RGB2LAB).astype(np.float32) for p in (key.live, key.paint)
        )
    )

    def painted(frame: Array) -> Array:
        lab = cv2.cvtColor(frame, cv2.COLOR_RGB2LAB).astype(np.float32)
        lab = (lab - mean) / deviation * new_deviation + new_mean
        return cv2.cvtColor(np.clip(lab, 0, 255).astype(np.uint8), cv2.COLOR_LAB2RGB)

    return painted


def answers(live: Sequence[Array], key: PaintedKey, seconds: float, folder: Path) -> dict:
    """{way: painted frames}"""
    clip = folder / "clip.mkv"
    height, width = live[0].shape[:2]
    source = GeneratedFrames(iter(live), size_px=(width, height), rate=RATE, count=len(live))
    write_video(source, clip, encoding=LOSSLESS, overwrite=True)
    found: dict[str, list[Array]] = {FRAME: list(live)}
    for name, adapts in ((ADAPTED, True), (PLAIN, False)):
        out = folder / "out.mkv"
        paintreel.fuse(
            key.paint,
            clip,
            out,
            key_frames=key.time_s,
            adapt=adapts,
            adapt_s=seconds,
            codec="ffv1",
            overwrite=True,
        )
        with read_frames(out) as frames:
            found[name] = [frame.pixels.copy() for frame in frames]
    find, colours = MotionFinder(), colour_statistics(key)
    found[CARRIED] = [
        carried_planes([key], [find(sketch(frame), key.small)])[..., :3] for frame in live
    ]
    found[COLOURS] = [colours(frame) for frame in live]
    return found


def quality(report: Report, options: argparse.Namespace, size: tuple[int, int]) -> None:
    """The table of every way, means over shots."""
    frames = 5 if options.quick else options.frames
    shots: list[Shot] = []
    if options.photos is not None:
        shots += photograph_shots(options.photos, options.shots, frames, size)
    if options.clips is not None:
        shots += clip_shots(options.clips, frames, size)
    scores: dict[str, list[tuple[float, float, float]]] = {}
    for name in options.styles:
        style = Style(name)
        for label, live in shots:
            truth = [style(frame) for frame in live]
            middle = len(live) // 2
            key = PaintedKey(live[middle], truth[middle], float(middle / RATE))
            own = warping_error(live).error
            with tempfile.TemporaryDirectory() as folder:
                found = answers(live, key, options.adapt_time, Path(folder))
            others = [i for i in range(len(live)) if i != middle]
            for way, got in found.items():
                row = (
                    float(np.mean([psnr(got[i], truth[i]) for i in others])),
                    float(np.mean([ssim(got[i], truth[i]) for i in others])),
                    warping_error(got).error / max(own, 1e-9),
                )
                scores.setdefault(way, []).append(row)
            report.say(f"- {name}, {label}: {scores[ADAPTED][-1][0]:.1f} dB\n")
    rows = []
    ours = [psnr_of for psnr_of, _, _ in scores[ADAPTED]]
    for way, values in scores.items():
        mean = np.mean(values, axis=0)
        test = wilcoxon_signed_rank(ours, [row[0] for row in values])
        p = "" if way == ADAPTED else f"{test.p:.2g}"
        rows.append((way, f"{mean[0]:.2f}", f"{mean[1]:.3f}", f"{mean[2]:.2f}", p))
    columns = ("way", "PSNR dB", "SSIM", "warping / clip's", "p (PSNR, Wilcoxon)")
    report.table(f"{len(ours)} shots of {frames} frames at {size[0]}x{size[1]}", columns, rows)


def speed(report: Report, options: argparse.Namespace) -> None:
    """Frames per second of the frames' work alone: carrying, network, steadying."""
    rows = []
    sizes = ((214, 120),) if options.quick else ((854, 480), (1280, 720))
    for size in sizes:
        rng = np.random.default_rng(3)
        picture = cv2.resize(rng.integers(0, 255, (60, 100, 3), np.uint8), (1600, 960))
        live = list(moved(picture, 6 if options.quick else 24, size, rng))
        with tempfile.TemporaryDirectory() as folder:
            clip = Path(folder) / "clip.mkv"
            source = GeneratedFrames(iter(live), size_px=size, rate=RATE, count=len(live))
            write_video(source, clip, encoding=LOSSLESS)
            prepared = prepare(
                given_paintings(255 - live[0], 0.0, None),
                clip,
                Path(folder) / "out.mkv",
                adapts=False,
                seconds=1,
                model="fuse",
                network_options={},
                max_pixels=10**8,
            )
            work = FusedFrames(Carrier(prepared.survey), prepared.network, steady=0.3, strength=1)
            wall, processor = time.perf_counter(), time.process_time()
            with read_frames(clip) as frames:
                done = sum(1 for frame in frames for _ in work.push(frame, None))
            done += sum(1 for _ in work.finish())
            wall, processor = time.perf_counter() - wall, time.process_time() - processor
        row = (f"{size[0]}x{size[1]}", f"{done / wall:.1f}", f"{processor / done:.3f}")
        rows.append(row)
    report.table("Speed", ("frames", "frames per second", "processor seconds a frame"), rows)


def main() -> int:
    parser = common_options(argparse.ArgumentParser(description=__doc__))
    parser.add_argument("--photos", type=Path)
    parser.add_argument("--clips", type=Path)
    parser.add_argument("--styles", nargs="+", default=["watercolour"])
    parser.add_argument("--shots", type=int, default=24)
    parser.add_argument("--frames", type=int, default=24)
    parser.add_argument("--adapt-time", type=float, default=100.0)
    parser.add_argument("--lines", type=int, default=480)
    parser.add_argument("--speed", action="store_true")
    options = parser.parse_args()
    report = Report("fuse", "Fuse: one painted frame, the whole shot", quick=options.quick)
    lines = 96 if options.quick else options.lines
    if options.photos is not None or options.clips is not None:
        quality(report, options, (round(lines * 16 / 9 / 2) * 2, lines))
    if options.speed or options.quick:
        speed(report, options)
    finish(report, options)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
