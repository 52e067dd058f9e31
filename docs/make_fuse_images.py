"""Make the strips of docs/fuse.md: whole clips that follow one painted frame each.

    PYTHONPATH=src python docs/make_fuse_images.py ../shared/data/video

Writes docs/images/fuse-CLIP.jpg: frames from all over the clip, none left out for its looks, and
the same frames of the result. Nobody painted the key frames: a bundled style that the network has
not learnt from did, and it never saw what that makes of other frames. With the extra train.
"""

from __future__ import annotations

import argparse
import tempfile
from fractions import Fraction
from pathlib import Path

import numpy as np

import paintreel
from paintreel.imaging.files import Picture, write_picture
from paintreel.media.encoding_settings import EncodingSettings
from paintreel.media.generated import GeneratedFrames
from paintreel.media.reader import read_frames
from paintreel.media.video import write_video
from paintreel.pictures.contact_sheet import Cell, contact_sheet
from paintreel.stylize import Style

HERE = Path(__file__).resolve().parent
CLIPS = {
    "road": ("road.mp4", (0.5,)),
    "bunny": ("big-buck-bunny.mp4", (0.5,)),
    "sign": ("sign-please.mkv", (0.5,)),
    "sign-two-keys": ("sign-please.mkv", (0.0, 0.5)),
}
"""Name of the picture: clip, and where in it the key frames lie, of 1."""
STYLE, WIDTH_PX, COLUMNS, STEPS = "watercolour", 480, 5, 200
RATE = Fraction(24)


def small(path: Path, out: Path) -> list[np.ndarray]:
    """The frames of a clip, 480 px wide, which are also written to `out`."""

    def size(width: int, height: int) -> tuple[int, int]:
        scale = WIDTH_PX / width
        return WIDTH_PX, round(height * scale / 2) * 2

    with read_frames(path, size=size) as source:
        frames = [frame.pixels.copy() for frame in source]
    height, width = frames[0].shape[:2]
    source = GeneratedFrames(iter(frames), size_px=(width, height), rate=RATE, count=len(frames))
    write_video(source, out, encoding=EncodingSettings(codec="ffv1"))
    return frames


def strip(path: Path, places: tuple[float, ...]) -> np.ndarray:
    """Frames above, what they became below."""
    with tempfile.TemporaryDirectory() as folder:
        clip, out = Path(folder) / "clip.mkv", Path(folder) / "out.mkv"
        frames = small(path, clip)
        style = Style(STYLE)
        keys = [round(place * (len(frames) - 1)) for place in places]
        paintreel.fuse(
            [style(frames[key]) for key in keys],
            clip,
            out,
            key_frames=[key / float(RATE) for key in keys],
            adapt_steps=STEPS,
            codec="ffv1",
        )
        with read_frames(out) as result:
            painted = [frame.pixels.copy() for frame in result]
    shown = [round(x) for x in np.linspace(0, len(frames) - 1, COLUMNS)]
    mark = " (the key)" if len(keys) == 1 else " (a key)"
    names = {i: f"{i / float(RATE):.1f} s" + (mark if i in keys else "") for i in shown}
    cells = [Cell(frames[i], names[i]) for i in shown]
    cells += [Cell(painted[i], "painted") for i in shown]
    return contact_sheet(cells, columns=len(shown), cell_px=300)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("clips", type=Path)
    parser.add_argument("--only", choices=CLIPS, nargs="+", default=list(CLIPS))
    options = parser.parse_args()
    for name in options.only:
        clip, places = CLIPS[name]
        sheet = strip(options.clips / clip, places)
        write_picture(
            HERE / "images" / f"fuse-{name}.jpg", Picture(sheet), quality=82, overwrite=True
        )


if __name__ == "__main__":
    main()
