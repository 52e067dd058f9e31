"""How near `fuse` comes to the true restyled frames, beside what else one would do; and its speed.

    python benchmarks/fuse.py --photos ../shared/data/photo --clips ../shared/data/video \
        --out runs/fuse-benchmark [--save] [--adapt-steps 150] [--quick] [--speed]

Shots are moving crops of the test photographs of recipes/splits.toml and shots of clips; each is
painted in a manner that the network has not learnt from (`fuse_shots.py`). The middle frame is
given as key frame, the others are the truth. Beside the adapted network: the network as it is, the
key frame carried along the motion, colour statistics, AdaIN (`adain.py`), the bundled style that
comes nearest, and the frame itself (`fuse_ways.py`). Tests are over shots, intervals over sources.

What is known of a shot lies in OUT/shots, so that a run that was stopped goes on. With --speed also
frames per second at 480 and 720 lines, and the most memory by the length of a clip.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from adain import kept_decoder, train_decoder
from fuse_shots import SPLITS, Shot, clip_shots, photograph_shots
from fuse_ways import ADAPTED, LOSSLESS, MEASURES, RATE, TRUTH, Features, Ways
from report import Report, common_options, finish, verdict

from paintreel.fuse.fusing import given_paintings, prepare
from paintreel.imaging.atomic import atomic_path
from paintreel.learn.data.folders import load_pictures, scan
from paintreel.learn.data.fusion_pictures import paint_pictures
from paintreel.learn.data.fusion_shots import moved
from paintreel.learn.data.splits import read_splits
from paintreel.media.generated import GeneratedFrames
from paintreel.media.reader import read_frames
from paintreel.media.readings import Readings
from paintreel.media.video import write_video
from paintreel.stats import bootstrap_interval, holm, wilcoxon_signed_rank

DIRECTION = {"psnr": 1, "ssim": 1, "perceptual_efficientnet": -1, "warping": -1}
"""1 where more is better. warping is an error, which the tables give over that of the clips: the
mean error over the mean error, since a clip that hardly moves would have the largest ratio of all.
"""
GOALS = {"psnr": 26.0, "ssim": 0.85, "warping": 1.2}
ALPHA = 0.01
DECODER_STEPS, DECODER_PICTURES = 600, 60


def shots_of(options: argparse.Namespace, size: tuple[int, int]) -> list[Callable[[], Shot]]:
    """All that are measured; half of them of photographs, where there are both."""
    frames = 5 if options.quick else options.frames
    half = options.shots if options.clips is None else -(-options.shots // 2)
    found: list[Callable[[], Shot]] = []
    if options.photos is not None:
        found += photograph_shots(options.photos, half, frames, size)
    if options.clips is not None:
        found += clip_shots(options.clips, options.shots - len(found), frames, size)
    return found


def measured(options: argparse.Namespace, size: tuple[int, int]) -> list[dict[str, Any]]:
    """A record of each shot, read where it is there."""
    settings = {
        "steps": options.adapt_steps,
        "frames": 5 if options.quick else options.frames,
        "size": size,
    }
    ways: Ways | None = None
    records = []
    makers = list(enumerate(shots_of(options, size)))
    for index, make in reversed(makers) if options.backwards else makers:
        path = options.out / "shots" / f"{index:02d}.json"
        if path.is_file():
            record = json.loads(path.read_text("utf-8"))
            if record["settings"] != json.loads(json.dumps(settings)):
                raise SystemExit(f"{path} was made with {record['settings']}; give another --out")
        else:
            ways = ways or ways_of(options)
            start_s = time.process_time()
            shot = make()
            record = {
                "settings": settings,
                "shot": shot.name,
                "source": shot.source,
                "manner": shot.manner,
                "scores": ways.scores(shot, ways.answers(shot)),
                "processor_s": round(time.process_time() - start_s, 1),
            }
            with atomic_path(path, overwrite=True) as beside:
                beside.write_text(json.dumps(record) + "\n", "utf-8")
        ours = record["scores"][ADAPTED]
        print(f"{record['manner']}, {record['shot']}: {ours}", flush=True)
        records.append(record)
    return sorted(records, key=lambda r: (r["manner"], r["shot"]))


def ways_of(options: argparse.Namespace) -> Ways:
    """The ways, with the decoder of AdaIN trained or read."""
    steps = 20 if options.quick else DECODER_STEPS

    def make() -> Any:
        rng = np.random.default_rng(20)
        held = read_splits(SPLITS).photographs.held_out
        folder, _ = scan(options.photos, what="--photos").split(held)
        pictures = load_pictures(
            folder.draw(DECODER_PICTURES, rng), what="--photos", max_side_px=320
        )
        return train_decoder(paint_pictures(pictures, ("hereva", "cel", "ink"), seed=20), steps, 20)

    decoder = kept_decoder(options.out / f"adain-{steps}.safetensors", make)
    return Ways(options.adapt_steps, decoder, Features())


def quality(report: Report, options: argparse.Namespace, size: tuple[int, int]) -> None:
    """Tables of every way: means over shots, tests over shots, intervals over sources."""
    records = measured(options, size)
    by_way = {way: [r["scores"][way] for r in records] for way in records[0]["scores"]}
    sources = np.array([r["source"] for r in records])
    rows = []
    for way, scores in by_way.items():
        cells = [_mean_text(scores, measure) for measure in MEASURES]
        rows.append((way, *cells))
    shots = f"{len(records)} shots of {len(set(sources))} sources"
    first = records[0]["settings"]
    columns = ("way", "PSNR dB", "SSIM", "perceptual_efficientnet", "warping / clip's")
    report.table(
        f"{shots}, {first['frames']} frames at {size[0]}x{size[1]} at most, "
        f"{first['steps']} steps of learning",
        columns,
        rows,
    )
    report.table(
        "By manner, adapted",
        ("manner", "shots", *columns[1:]),
        [
            (manner, len(part), *(_mean_text(part, measure) for measure in MEASURES))
            for manner in sorted({r["manner"] for r in records})
            if (part := [r["scores"][ADAPTED] for r in records if r["manner"] == manner])
        ],
    )
    gains(report, by_way, sources)
    for name, goal in GOALS.items():
        mean = _mean(by_way[ADAPTED], name)
        reached = DIRECTION[name] * (mean - goal) >= 0
        word = "at least" if DIRECTION[name] > 0 else "at most"
        report.say(f"- {name} {mean:.3f}, goal {word} {goal:g}: {verdict(reached)}")
    report.say("")
    report.table(
        "Every shot, adapted",
        ("shot", "manner", *columns[1:]),
        [
            (r["shot"], r["manner"], *(_mean_text([r["scores"][ADAPTED]], m) for m in MEASURES))
            for r in records
        ],
    )


def _mean(scores: list[dict[str, float]], measure: str) -> float:
    mean = np.mean([row[measure] for row in scores])
    return float(
        mean / np.mean([row["of_clip"] for row in scores]) if measure == "warping" else mean
    )


def _mean_text(scores: list[dict[str, float]], measure: str) -> str:
    digits = 2 if measure in ("psnr", "warping") else 3
    return f"{_mean(scores, measure):.{digits}f}" if measure in scores[0] else ""


def gains(report: Report, by_way: dict[str, list[dict[str, float]]], sources: np.ndarray) -> None:
    """By how much the adapted network is better than each other way."""
    others = [way for way in by_way if way not in (ADAPTED, TRUTH)]
    for measure in MEASURES[:3]:
        found = []
        for way in others:
            gain = DIRECTION[measure] * np.array(
                [a[measure] - b[measure] for a, b in zip(by_way[ADAPTED], by_way[way], strict=True)]
            )
            zero = np.zeros_like(gain)
            found.append((way, gain, wilcoxon_signed_rank(gain, zero).p_value))
        corrected = holm([p for *_, p in found])
        rows = []
        for (way, gain, _), p in zip(found, corrected, strict=True):
            means = np.array([gain[sources == s].mean() for s in np.unique(sources)])
            interval = bootstrap_interval(means, rng=np.random.default_rng(20))
            rows.append(
                (
                    way,
                    f"{gain.mean():+.3f}",
                    f"{interval.low:+.3f} to {interval.high:+.3f}",
                    f"{(gain > 0).sum()} of {len(gain)}",
                    f"{p:.2g}",
                    verdict(p < ALPHA and gain.mean() > 0),
                )
            )
        report.table(
            f"Gain of adapted in {measure}",
            (
                "over",
                "mean gain",
                "95 % over sources",
                "shots better",
                "p (Wilcoxon over shots, Holm)",
                f"better, p < {ALPHA:g}",
            ),
            rows,
        )


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
                budget="1s",
                model="fuse",
                network_options={},
                max_pixels=10**8,
                told=Readings(None, clip, parts=3),
            )
            work = prepared.work(steady=0.3, strength=1)
            wall, processor = time.perf_counter(), time.process_time()
            with read_frames(clip) as frames:
                done = sum(1 for frame in frames for _ in work.push(frame, None))
            done += sum(1 for _ in work.finish())
            wall, processor = time.perf_counter() - wall, time.process_time() - processor
        row = (f"{size[0]}x{size[1]}", f"{done / wall:.1f}", f"{processor / done:.3f}")
        rows.append(row)
    report.table("Speed", ("frames", "frames per second", "processor seconds a frame"), rows)


_RUN = """
import sys, cv2, numpy as np, paintreel
from fractions import Fraction
from pathlib import Path
from paintreel.imaging.files import read_picture
from paintreel.media.encoding_settings import EncodingSettings
from paintreel.media.generated import GeneratedFrames
from paintreel.media.video import write_video

folder, count = Path(sys.argv[1]), int(sys.argv[2])
wide = np.random.default_rng(3).integers(0, 255, (12, 60, 3), np.uint8)
wide = cv2.resize(wide, (1600, 270), interpolation=cv2.INTER_CUBIC)
frames = (np.roll(wide, -2 * i, axis=1)[:, :480].copy() for i in range(count))
source = GeneratedFrames(frames, size_px=(480, 270), rate=Fraction(24), count=count)
write_video(source, folder / "clip.mkv", encoding=EncodingSettings(codec="ffv1"))
paintreel.fuse(
    255 - wide[:, :480], folder / "clip.mkv", folder / "out.mkv", key_frames=0.0, adapt=False,
    codec="ffv1",
)
print(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0])
"""


def memory(report: Report, options: argparse.Namespace) -> None:
    """The most memory of a run by the length of its clip, in processes of their own (Linux)."""
    rows = []
    for count in (12, 24) if options.quick else (150, 600, 1200):
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run(
                [sys.executable, "-c", _RUN, folder, str(count)],
                capture_output=True,
                text=True,
                check=True,
            )
        rows.append((count, f"{int(done.stdout.split()[-1]) / 1024:.0f}"))
    report.table("Memory, 480x270", ("frames", "most, MB"), rows)


def main() -> int:
    parser = common_options(argparse.ArgumentParser(description=__doc__))
    parser.add_argument("--photos", type=Path)
    parser.add_argument("--clips", type=Path)
    parser.add_argument("--out", type=Path, default=Path("runs/fuse-benchmark"))
    parser.add_argument("--shots", type=int, default=24)
    parser.add_argument("--frames", type=int, default=12)
    parser.add_argument("--adapt-steps", type=int, default=150)
    parser.add_argument("--lines", type=int, default=270)
    parser.add_argument("--threads", type=int, default=1, help="of torch and OpenCV")
    parser.add_argument(
        "--backwards",
        action="store_true",
        help="begin with the last shot: a second process meets the first in the middle",
    )
    parser.add_argument("--speed", action="store_true")
    options = parser.parse_args()
    cv2.setNumThreads(options.threads)
    torch.set_num_threads(options.threads)
    report = Report("fuse", "Fuse: one painted frame, the whole shot", quick=options.quick)
    lines = 96 if options.quick else options.lines
    if options.photos is not None:
        quality(report, options, (round(lines * 16 / 9 / 2) * 2, lines))
    if options.speed or options.quick:
        speed(report, options)
        memory(report, options)
    finish(report, options)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
