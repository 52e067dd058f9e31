"""How long a drawing of a character takes: processor time of one thread.

    python benchmarks/character.py                 # the girl at 1280x720
    python benchmarks/character.py --frames 50

"all" where everything moves, "face" where mouth, lids and gaze alone do, as between two drawings
of the body on twos; "still" as `paintreel character` draws pictures.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import replace

import cv2

from paintreel.rig.expressions import pose_of
from paintreel.rig.figure import FigureDrawer, draw_character
from paintreel.rig.identity_files import find_identity, identity_names
from paintreel.rig.pose import MOUTH_LETTERS, Pose

SIZE_PX = (1280, 720)


def milliseconds(pose_at: Sequence[Pose], figure: FigureDrawer) -> float:
    """Processor time a drawing, after one that does not count."""
    figure.draw(pose_at[-1])
    start = time.process_time()
    for pose in pose_at:
        figure.draw(pose)
    return 1000.0 * (time.process_time() - start) / len(pose_at)


def main(argv: Sequence[str] | None = None) -> int:
    """Print a table. Returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--frames", type=int, default=12)
    arguments = parser.parse_args(argv)
    cv2.setNumThreads(1)
    print("| identity | all, ms | face, ms | still, ms |")
    print("| --- | --- | --- | --- |")
    for name in identity_names():
        identity = find_identity(name)
        figure = FigureDrawer(identity, SIZE_PX)
        base = pose_of("happiness", 0.4)
        turning = [replace(base, turn_deg=float(i)) for i in range(arguments.frames)]
        letters = [MOUTH_LETTERS[i % 8] for i in range(arguments.frames)]
        talking = [replace(base, speaking=1.0, mouth_shape=a, mouth_next=a) for a in letters]
        start = time.process_time()
        draw_character(identity, base, SIZE_PX)
        still = 1000.0 * (time.process_time() - start)
        print(
            f"| {name} | {milliseconds(turning, figure):.0f} | {milliseconds(talking, figure):.0f} "
            f"| {still:.0f} |"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
