"""How steady drawn faces are: trembling, warping error and what comes and goes, beside the source.

    python benchmarks/portrait_clips.py --data ../shared/data [--frames 24] [--save] [--quick]

Each shot is painted by `hereva-portrait` and kept without loss. Trembling is the
mean second difference of the landmarks from frame to frame, each frame searched by itself, in
hundredths of the face. The warping error is that of `paintreel score --metrics flicker`, whose
motion is the source's, over the same of the source. A pop is looked for where a face begins or
ceases to be followed: the greatest change of the painting along the motion in the half second
around it, over the greatest elsewhere in the shot.
"""

from __future__ import annotations

import argparse
import tempfile
from itertools import islice
from pathlib import Path

import av
import cv2
import numpy as np
from report import Report, common_options, finish, verdict

from paintreel.faces import FaceFinder, FaceFollower
from paintreel.imaging.arrays import Array
from paintreel.media.reader import read_frames
from paintreel.metrics.temporal import temporal_stability, warping_error
from paintreel.stylize.style import Style
from paintreel.stylize.video import stylize_video

SHOTS = (
    *(("head-pose.gif", 0.0), ("sign-again.mkv", 0.6), ("sign-please.mkv", 0.6)),
    *(("tears-of-steel.webm", t) for t in (18.2, 25.0, 36.6, 52.2)),
)
"""Clip, and second where the shot begins; those of the film are close-ups."""
STYLE = "hereva-portrait"
MOST_TREMBLING, MOST_WARPING = 1.3, 1.2
RATE = 25
AROUND = 6
"""Frames before and after a face comes or goes in which a pop is looked for."""


def frames_of(path: Path, start_s: float, count: int) -> list[Array]:
    with read_frames(path) as source:
        late = (frame.pixels[..., :3] for frame in source if frame.time_s >= start_s)
        return list(islice(late, count))


def keep(frames: list[Array], path: Path) -> None:
    """Frames as a clip without loss."""
    with av.open(str(path), "w") as file:
        stream = file.add_stream("ffv1", rate=RATE, options={"slices": "4"})
        stream.height, stream.width = frames[0].shape[:2]
        stream.pix_fmt = "bgr0"
        for frame in frames:
            file.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        file.mux(stream.encode())


def trembling(frames: list[Array]) -> float:
    """In hundredths of the face; NaN where one is seen in fewer than three frames in a row."""
    find = FaceFinder()
    seen = [find(frame)[:1] for frame in frames]
    second = [
        np.linalg.norm(a[0].landmarks - 2 * b[0].landmarks + c[0].landmarks, axis=1).mean()
        / b[0].side_px
        for a, b, c in zip(seen, seen[1:], seen[2:], strict=False)
        if a and b and c
    ]
    return 100 * float(np.mean(second)) if second else float("nan")


def comings(frames: list[Array]) -> list[int]:
    """Frames in which a face begins or ceases to be followed."""
    follow, before, changed = FaceFollower(), frozenset[int](), []
    for index, frame in enumerate(frames):
        now = frozenset(each.number for each in follow(frame, index / RATE))
        if index and now != before:
            changed.append(index)
        before = now
    return changed


def pop(painted: list[Array], source: list[Array], changes: list[int]) -> float:
    """The greatest change near comings and goings over the greatest elsewhere; NaN without any."""
    pairs = range(len(source) - 1)
    errors = np.array([warping_error(painted[k : k + 2], source[k : k + 2]).error for k in pairs])
    near = np.array([any(abs(k - c) <= AROUND for c in changes) for k in pairs])
    if not near.any() or near.all():
        return float("nan")
    return float(errors[near].max() / errors[~near].max())


def shots(report: Report, data: Path, count: int, most: int) -> None:
    style = Style(STYLE, threads=1)
    table, worst = [], [0.0, 0.0]
    for clip, start_s in SHOTS[:most]:
        source = frames_of(data / "video" / clip, start_s, count)
        of_source = trembling(source), temporal_stability(source)[0].error
        changes = comings(source)
        with tempfile.TemporaryDirectory() as folder:
            keep(source, Path(folder) / "source.mkv")
            out = Path(folder) / "out.mkv"
            stylize_video(Path(folder) / "source.mkv", out, style=style, codec="ffv1")
            painted = frames_of(out, 0.0, count)
        shaken = trembling(painted) / of_source[0]
        warped = temporal_stability(painted, source)[0].error / of_source[1]
        worst = [max(worst[0], float(np.nan_to_num(shaken))), max(worst[1], warped)]
        shook = f"{shaken:.2f}" if np.isfinite(shaken) else "a face is found in too few frames"
        figures = shook, f"{warped:.2f}"
        popped = f"{pop(painted, source, changes):.2f}" if changes else "none comes or goes"
        table.append([f"{clip} {start_s:g} s", *figures, popped])
        print(*table[-1], flush=True)
    heads = ["shot", "trembling / source", "warping error / source", "pop"]
    report.table(f"{count} frames a shot", heads, table)
    for what, value, goal in (
        ("trembling", worst[0], MOST_TREMBLING),
        ("warping error", worst[1], MOST_WARPING),
    ):
        reached = verdict(value <= goal)
        report.say(f"- {what}: at most {value:.2f} of the source's (goal {goal:g}: {reached})")


def main() -> None:
    parser = common_options(argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0]))
    parser.add_argument("--data", type=Path, required=True, help="the shared data")
    parser.add_argument("--frames", type=int, default=24, help="of each shot")
    args = parser.parse_args()
    cv2.setNumThreads(1)
    report = Report("portrait-clips", "Drawn faces in clips", quick=args.quick, timed=False)
    shots(report, args.data, 4 if args.quick else args.frames, 1 if args.quick else len(SHOTS))
    finish(report, args)


if __name__ == "__main__":
    main()
