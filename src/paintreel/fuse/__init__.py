"""Paint one frame of a shot, get the shot: a clip that follows painted frames of it.

The package is also the function: `paintreel.fuse("painting.png", "clip.mp4", "painted.mp4",
key_frames=0)` makes a clip. The parts are

    options.py    its options
    keys.py       paintings, their times and sizes
    survey.py     the shots of the clip, the frames that are painted, the motion back to them
    adapting.py   the network adapted to them, as a training in a child process
    network.py    the network, served
    frames.py     the work on the frames, in windows
    colours.py    a free painting, of no frame: its colours
    fusing.py     `fuse`, all of it
    proposing.py  which frames to paint
    preview.py    a sheet of a few frames
    where.py      faces and masks
    batch.py      files, for the command
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from paintreel.callable_package import make_callable

if TYPE_CHECKING:
    from paintreel.fuse.fusing import fuse

__all__ = ["fuse"]

make_callable(__name__, {"fuse": "fuse.fusing"})
