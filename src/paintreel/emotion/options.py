"""The options of `emotion`."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal

from paintreel.emotions.judging import Judging
from paintreel.options import Options, argument, option, ray_option
from paintreel.options.answers import (
    csv_option,
    json_option,
    max_pixels_option,
    quiet_option,
    threads_option,
)

__all__ = ["EmotionOptions"]


@dataclass(frozen=True, kw_only=True)
class EmotionOptions(Options):
    """Whose emotions are heard and seen, and where the answers go."""

    EXAMPLE = "paintreel emotion clip.mp4 --timeline clip.json --plot clip.png"
    EPILOG = """\
Each file is answered by a line: the emotion of most of its time and what comes after what. Voices
are heard in windows of two seconds, faces followed through the frames; where both are there, both
are judged together. Silence, noise and music say nothing, and a face that is turned away does not
either: there the timeline is empty. The network learnt from German actors and from drawn faces; of
other languages and of live faces it says so.
With one input, --timeline and --srt name a file; with several a folder, for a file each.
Exit code: 0 all answered, 1 some failed (each is named, the rest is answered), 2 bad usage, 130
interrupted.
"""

    inputs: tuple[str, ...] = argument("INPUT", "clip, sound, picture, folder or glob", nargs="+")
    timeline: str | None = option(
        None,
        "write the emotions over time, as other verbs take them",
        group="results",
        metavar="FILE.json",
    )
    plot: str | None = option(
        None, "draw the emotions over time", group="results", metavar="FILE.png", file="write"
    )
    srt: str | None = option(
        None, "write them as subtitles, for any player", group="results", metavar="FILE.srt"
    )
    csv: str | None = csv_option("a row a moment, and one for every face in it")
    json: str | None = json_option("notes and failures")
    overwrite: bool = option(
        False, "replace timelines and subtitles of other origin", group="results"
    )
    by: Literal["both", "voice", "face"] = option(
        Judging.by, "what is judged: voice and face, or one of them alone", keywords=("emotion",)
    )
    every_s: float = option(
        Judging.every_s,
        "seconds from moment to moment",
        flag="--every",
        low=0.1,
        high=60,
        metavar="S",
        keywords=("emotion",),
    )
    smooth_s: float = option(
        Judging.smooth_s,
        "seconds over which the timeline is smoothed; nothing lags",
        flag="--smooth",
        low=0,
        high=30,
        metavar="S",
        keywords=("emotion",),
    )
    least_face_px: float = option(
        Judging.least_face_px,
        "smallest face that is judged, in pixels",
        flag="--least-face",
        low=12,
        high=4000,
        metavar="PX",
        keywords=("emotion",),
    )
    model: str | None = option(
        None,
        "another emotion network (default: the bundled one)",
        metavar="FILE.onnx",
        is_model=True,
        keywords=("emotion",),
    )
    max_pixels: int | None = max_pixels_option("emotion")
    threads: int | None = threads_option("one, which is the fastest for a window", "emotion")
    ray: str | None = ray_option()
    quiet: bool = quiet_option()

    @property
    def judging(self) -> Judging:
        """How the emotions are looked for."""
        return Judging(**{field.name: getattr(self, field.name) for field in fields(Judging)})
