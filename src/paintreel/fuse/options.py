"""The options of `fuse`."""

from __future__ import annotations

from dataclasses import dataclass

from paintreel.errors import InputError
from paintreel.options import (
    ClipOptions,
    FileOptions,
    NetworkOptions,
    argument,
    option,
)

__all__ = ["DEFAULT_ADAPT_S", "DEFAULT_FUSE_STEADY", "DEFAULT_MODEL", "FuseOptions"]

DEFAULT_MODEL = "fuse"
DEFAULT_ADAPT_S = 100.0
DEFAULT_FUSE_STEADY = 0.3
_FUSE = ("fuse",)


@dataclass(frozen=True, kw_only=True)
class FuseOptions(ClipOptions, FileOptions, NetworkOptions):
    """Which paintings are of which frames, and where the result goes."""

    EXAMPLE = "paintreel fuse painting.png clip.mp4 --key-frame 0 -o painted.mp4"
    EPILOG = """\
The clip is the last input; before it come the paintings, or a folder of them. First ask which
frames to paint: 'paintreel fuse --plan clip.mp4 -o keys/' writes them as pictures. Paint over
them, keep their names, which say their times, and give them back:
'paintreel fuse keys/ clip.mp4 -o out.mp4'. Without the extra train the network does not
learn your painting, and the result is farther from it.
Exit code: 0 all made, 1 it failed or differs, 2 bad usage, 130 interrupted.
"""

    inputs: tuple[str, ...] = argument(
        "INPUT", "paintings or a folder of them, and then the clip", nargs="+"
    )
    key_frame: tuple[str, ...] = option(
        (),
        "time in seconds of the frame that a painting is of, one for each in their order (default: "
        "as their names say it; else a painting is free, of no frame)",
        group="painting",
        metavar="T",
        repeats=True,
    )
    plan: bool = option(
        False,
        "write the frames that are best to paint as pictures into the folder OUT, nothing else",
        group="painting",
        affects="nothing",
    )
    adapt: bool = option(
        True,
        "take the network as it is, without learning the key frames first",
        group="painting",
        keywords=_FUSE,
    )
    adapt_s: float = option(
        DEFAULT_ADAPT_S,
        "how long it learns the key frames",
        group="painting",
        flag="--adapt-time",
        low=1,
        high=86400,
        metavar="SECONDS",
        keywords=_FUSE,
    )
    adapt_steps: int | None = option(
        None,
        "how many steps it learns instead of for a time: then a result is the same on any machine, "
        "however busy (100 s are some 500 steps)",
        group="painting",
        low=1,
        high=1_000_000,
        metavar="N",
        keywords=_FUSE,
    )
    model: str = option(
        DEFAULT_MODEL,
        "network to begin with: a name that 'paintreel models' lists for fuse, or an .onnx file",
        group="painting",
        metavar="NAME",
        is_model=True,
        keywords=_FUSE,
    )
    strength: float = option(
        1.0,
        "0 the clip .. 1 all painted",
        group="painting",
        low=0,
        high=1,
        metavar="0..1",
        keywords=_FUSE,
    )
    mask: str | None = option(
        None,
        "paint only there: faces, or a picture that is white where paint goes",
        group="painting",
        metavar="FILE|faces",
    )
    preview: str | None = option(
        None,
        "write a sheet of a few frames and their paintings, nothing else; learns for a quarter of "
        "the time, or of the steps",
        group="painting",
        metavar="SHEET",
        affects="nothing",
    )
    steady: float = option(
        DEFAULT_FUSE_STEADY,
        "share of the paint carried along from the frame before, against flicker",
        group="clips",
        low=0,
        below=1,
        metavar="0..1",
        affects="clip",
        keywords=_FUSE,
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.plan and (self.key_frame or self.preview):
            raise InputError("--plan proposes key frames; leave out --key-frame and --preview")
        if self.plan and len(self.inputs) != 1:
            raise InputError(f"plan takes one clip, got {len(self.inputs)} inputs")
        if not self.plan and len(self.inputs) < 2:
            raise InputError(
                f"got {self.inputs[0]} alone; expected a painting, or a folder of them, and then "
                "the clip (or --plan CLIP, to be told which frames to paint)"
            )

    @property
    def times_s(self) -> tuple[float, ...]:
        """The times that were given. Raises InputError for what is no time."""
        return tuple(_seconds(text) for text in self.key_frame)


def _seconds(text: str) -> float:
    """Seconds of "12.4" or "1:02.5". Raises InputError."""
    try:
        *minutes, seconds = text.split(":")
        total = float(seconds)
        for place, each in enumerate(reversed(minutes), start=1):
            total += int(each) * 60**place
    except ValueError:
        total = -1.0
    if not 0 <= total < 1e7:
        raise InputError(f"key_frame is {text!r}, expected a time such as 12.4 or 1:02.5")
    return total
