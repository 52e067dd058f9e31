"""Where the processor's time of a frame of `paintreel stylize CLIP` goes.

    python benchmarks/frame_parts.py [--style NAME] [--save] [--quick]

The stages of the command, one after the other instead of side by side, so that what the processor
did in all threads belongs to one of them; then the whole command as users run it, in its own
process. Processor time, not time by the clock: other work on the machine changes it little. Its
half is the least that two cores can take. Needs the `openvino` extra for its runtimes.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

from report import PROJECT, Report, common_options, finish
from rounds import interleave
from sound_clip import make_clip

from paintreel.media import pixels, video
from paintreel.media.pipeline import Ahead
from paintreel.media.steadier import Steadier
from paintreel.stylize.options import DEFAULT_STEADY, DEFAULT_STYLE
from paintreel.stylize.style import Style
from paintreel.stylize.video import stylize_video

CLIP = PROJECT / "examples" / "clip.mp4"
RUNTIMES = (("onnxruntime", "f32"), ("openvino", "f32"), ("openvino", "bf16"))
READ, TO_RGB, NETWORK = "decode", "to RGB", "network, bytes in and out"
STEADY, BLEND, TO_YUV, ENCODE = "steady", "strength, progress", "to YUV", "encode, mux"
PARTS = (READ, TO_RGB, NETWORK, STEADY, BLEND, TO_YUV, ENCODE)
WARM_FRAMES = 3
"""Frames before the count begins: a runtime compiles at the first."""


class Clock:
    """Processor seconds of this process by part; a part inside another counts once."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = defaultdict(float)
        self._inside: list[float] = []

    def timed(self, part: str, work: Callable[..., Any]) -> Callable[..., Any]:
        """`work`, whose time counts as `part`."""

        def run(*args: Any, **more: Any) -> Any:
            self._inside.append(0.0)
            start = time.process_time()
            try:
                return work(*args, **more)
            finally:
                whole = time.process_time() - start
                self.spent[part] += whole - self._inside.pop()
                if self._inside:
                    self._inside[-1] += whole

        return run


def in_turn(clock: Clock) -> Callable[..., None]:
    """What takes the place of `run_stages`: one item after the other through all stages."""

    def run(
        source: Iterable[Any],
        transform: Callable[[Any], Iterable[Any]],
        sink: Callable[[Any], None],
        *,
        finish: Callable[[], Iterable[Any]] = tuple,
        ahead: Ahead[Any, Any] | None = None,
        **_: Any,
    ) -> None:
        items = iter(source)
        read, write, end = clock.timed(READ, next), clock.timed(ENCODE, sink), object()
        changed = clock.timed(BLEND, lambda item: list(transform(item)))
        frames = 0
        while (item := read(items, end)) is not end:
            frames += isinstance(item, video.Frame)
            if frames == WARM_FRAMES and isinstance(item, video.Frame):
                clock.spent.clear()
            for made in changed(item if ahead is None else ahead.begin(item)()):
                write(made)
        for made in finish():
            write(made)

    return run


@contextmanager
def watched(clock: Clock) -> Iterator[None]:
    """A block in which clips go through their stages in turn, by the clock."""
    methods = (
        (TO_RGB, pixels.FrameUnpacker, "__call__"),
        (TO_YUV, pixels.FramePacker, "__call__"),
        (NETWORK, Style, "paint"),
        (STEADY, Steadier, "__call__"),
    )
    with ExitStack() as patches:
        patches.enter_context(mock.patch.object(video, "run_stages", in_turn(clock)))
        for part, owner, name in methods:
            timed = clock.timed(part, getattr(owner, name))
            patches.enter_context(mock.patch.object(owner, name, _method(timed)))
        yield


def _method(work: Callable[..., Any]) -> Callable[..., Any]:
    return lambda self, *args, **more: work(self, *args, **more)


def parts_of(
    clip: Path, folder: Path, name: str, runtime: tuple[str, str], amount: float
) -> dict[str, float]:
    """Processor milliseconds a frame by part."""
    clock = Clock()
    backend, precision = runtime
    with watched(clock):
        report = stylize_video(
            clip,
            folder / "parts.mp4",
            style=name,
            backend=backend,
            precision=precision,
            steady=amount,
            overwrite=True,
        )
    frames = report.frames - WARM_FRAMES
    return {part: 1000 * clock.spent[part] / frames for part in PARTS}


def command_ms(
    clip: Path, folder: Path, name: str, runtime: tuple[str, str], amount: float
) -> float:
    """Processor milliseconds of the whole command, with the start of Python."""
    backend, precision = runtime
    before = os.times()
    subprocess.run(
        [
            *(sys.executable, "-m", "paintreel", "stylize", str(clip), "-o"),
            *(str(folder / "whole.mp4"), "--style", name, "--overwrite", "--quiet"),
            *("--backend", backend, "--precision", precision, "--steady", str(amount)),
        ],
        check=True,
    )
    after = os.times()
    return 1000 * (
        after.children_user + after.children_system - before.children_user - before.children_system
    )


def measure(
    report: Report, clip: Path, frames: int, args: argparse.Namespace, folder: Path
) -> None:
    """The table of parts, a column a runtime and one without steadying."""
    found = [each for each in RUNTIMES if importlib.util.find_spec(each[0])]
    columns = [(runtime, DEFAULT_STEADY) for runtime in found]
    columns.append((found[-1], 0.0))
    parts = {key: parts_of(clip, folder, args.style, *key) for key in columns}
    whole = interleave(
        {key: (lambda key=key: command_ms(clip, folder, args.style, *key)) for key in columns},
        args.rounds,
    )
    rows = [[part, *(f"{parts[key][part]:.1f}" for key in columns)] for part in PARTS]
    sums = {key: sum(parts[key].values()) for key in columns}
    a_frame = {key: statistics.median(whole[key]) / frames for key in columns}
    rows.append(["sum", *(f"{sums[key]:.1f}" for key in columns)])
    rows.append(
        ["start, compilation, hand-over", *(f"{a_frame[k] - sums[k]:.1f}" for k in columns)]
    )
    rows.append(["whole command", *(f"{a_frame[key]:.1f}" for key in columns)])
    heads = [" ".join(r) + ("" if amount else ", --steady 0") for r, amount in columns]
    report.table(
        f"Processor milliseconds a frame, {args.width}x{args.height}, {frames} frames with sound",
        ("part", *heads),
        rows,
    )


def main() -> None:
    parser = common_options(argparse.ArgumentParser(description=__doc__.splitlines()[0]))
    parser.add_argument("--style", default=DEFAULT_STYLE)
    parser.add_argument("--rounds", type=int, default=3, help="of the command (default 3)")
    args = parser.parse_args()
    args.width, args.height, repeats = 1280, 720, 2
    if args.quick:
        args.width, args.height, repeats, args.rounds = 160, 96, 1, 1
    report = Report("frame-parts", "Where the time of a frame goes", quick=args.quick)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        clip = folder / "clip.mp4"
        frames = make_clip(CLIP, clip, width=args.width, height=args.height, repeats=repeats)
        measure(report, clip, frames, args, folder)
    finish(report, args)


if __name__ == "__main__":
    main()
