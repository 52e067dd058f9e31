"""What painting with a style costs: processor time and memory for one picture.

    python -m paintreel.learn.experiments.stylizers.costs STYLE --width 640 --height 480
    python -m paintreel.learn.experiments.stylizers.costs STYLE --picture portrait.png

prints them as JSON. Without a picture noise is painted; a style that draws faces costs what it
costs only where there is one. In a process of its own, on one thread: one that has trained holds
on to more than it needs, and other programs share the cores.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import cv2
import numpy as np

from paintreel.errors import TrainingError
from paintreel.imaging.arrays import Array
from paintreel.imaging.files import Picture, read_picture, write_picture
from paintreel.learn.experiments.memory import peak_growth_mb
from paintreel.stylize.style import Style

_TIMES = 3
_WARM_SIDE_PX = 64


def cost_picture(
    style: Style, photographs: Iterable[Array], *, width_px: int, height_px: int
) -> Array | None:
    """(H, W, 3) of that size, in which the style draws one face: the first that is such a one.

    None where there is none. It is shown whole, its border drawn out.
    """
    for photograph in photographs:
        height, width = photograph.shape[:2]
        scale = min(width_px / width, height_px / height)
        size = max(1, round(scale * width)), max(1, round(scale * height))
        method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        small = cv2.resize(photograph, size, interpolation=method)
        right, below = width_px - size[0], height_px - size[1]
        picture = cv2.copyMakeBorder(small, 0, below, 0, right, cv2.BORDER_REPLICATE)
        faces = style.faces_of(picture)
        if len(faces) == 1 and style.draws_any(picture, faces):
            return picture
    return None


def measure_costs(
    style: str | Path, *, width_px: int, height_px: int, picture: Array | None = None
) -> dict[str, float]:
    """{seconds, peak_memory_mb} of one picture; what the system does not say is missing.

    style: a name or a file. picture: (H, W, 3) uint8, None for noise of that size. seconds: of
    processor time on one thread, the least of three. Raises TrainingError where they cannot be
    measured.
    """
    command = [sys.executable, "-m", __name__, str(style)]
    command += ["--width", str(width_px), "--height", str(height_px)]
    with tempfile.TemporaryDirectory() as folder:
        if picture is not None:
            path = Path(folder) / "picture.png"
            write_picture(path, Picture(picture))
            command += ["--picture", str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise TrainingError(f"the costs of {style} could not be measured: {done.stderr}")
    costs: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return costs


def main(
    argv: Sequence[str] | None = None, *, clock: Callable[[], float] = time.process_time
) -> None:
    """Measure in this process and print JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("style")
    parser.add_argument("--width", type=int, default=640)
    parser.add_argument("--height", type=int, default=480)
    parser.add_argument("--picture", help="painted in the place of noise")
    args = parser.parse_args(argv)
    style = Style(
        args.style,
        backend="onnxruntime",
        device="cpu",
        precision="f32",
        threads=1,
        fine_faces=False,
    )
    rng = np.random.default_rng(0)

    def noise(height: int, width: int) -> Array:
        return rng.integers(0, 256, (height, width, 3), np.uint8)

    shown = noise(args.height, args.width) if args.picture is None else _read(args.picture)

    def whole() -> None:
        style.paint(shown)

    def warm_up() -> None:
        style.paint(noise(_WARM_SIDE_PX, _WARM_SIDE_PX))

    costs: dict[str, float] = {}
    peak_mb = peak_growth_mb(warm_up, whole)
    if peak_mb is not None:
        costs["peak_memory_mb"] = round(peak_mb, 1)
    times = []
    for _ in range(_TIMES):
        began = clock()
        whole()
        times.append(clock() - began)
    costs["seconds"] = round(min(times), 4)
    print(json.dumps(costs))


def _read(path: str) -> Array:
    return read_picture(path).pixels[..., :3]


if __name__ == "__main__":
    main()
