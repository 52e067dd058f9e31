"""Colour every frame of a drawn clip, with colours that stay put."""

from __future__ import annotations

import dataclasses
import re
import threading
from collections.abc import Callable, Iterator
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import cv2
import numpy as np

from paintreel.colorize.asked import look_of
from paintreel.colorize.coloured import Coloured
from paintreel.colorize.colourer import Colourer, ColourLook, Sketch, palette_of_hints
from paintreel.colorize.parting import filled
from paintreel.colorize.tracking import Follower, Identities, Step
from paintreel.errors import InputError
from paintreel.imaging.arrays import Array
from paintreel.imaging.files import DEFAULT_MAX_PIXELS, IMAGE_SUFFIXES, read_picture
from paintreel.media.frame import Frame
from paintreel.media.length import check_length
from paintreel.media.motion import MotionFinder
from paintreel.media.reader import read_frames
from paintreel.media.readings import OnProgress, Readings
from paintreel.media.steadier import Steadier
from paintreel.media.steps import FrameWork
from paintreel.notes import Note
from paintreel.options import DRAWN_STEADY
from paintreel.roughs.drawn_lines import read_drawn_lines
from paintreel.roughs.flats import Flats
from paintreel.roughs.hints import fit_hints, marks_of
from paintreel.roughs.scribble_cuts import colour_rooms
from paintreel.signatures import takes_options
from paintreel.wording import counted

if TYPE_CHECKING:
    from typing import Unpack

    from paintreel.keywords import ColorizeClipKeywords
    from paintreel.media.video import VideoReport

__all__ = ["colorize_video"]

CLIP_WORK_PX = 1024
_OF_COLOURER = ("method", "tile", "backend", "device", "threads")
_OF_LOOK = ("category", "flat", "cel", "gap", "seed")
_MOST_BACK = 1500
"""Frames over which hints are carried back to the beginning of their shot."""


@takes_options("colorize", "colorize_video")
def colorize_video(
    src: str | PathLike[str],
    dst: str | PathLike[str],
    *,
    hint: str | PathLike[str] | None = None,
    palette: Any = None,
    look: ColourLook | None = None,
    colourer: Colourer | None = None,
    loop: int | None = None,
    on_progress: OnProgress | None = None,
    cancel: threading.Event | None = None,
    **options: Unpack[ColorizeClipKeywords],
) -> VideoReport:
    """Colour the drawn clip `src` into `dst`; timestamps, sound and size are kept.

    src, dst     files; the suffix of `dst` chooses the container, codec "png" writes a folder
    hint         a picture with the hints of the first frame, or a folder of them, each named after
                 the number of its frame, from 1; the hints of a frame serve its whole shot
    palette      a name, or any picture; None for none
    look         a `ColourLook`, which takes the place of palette, category, flat, cel, gap and seed
    colourer     a loaded `Colourer`, which takes the place of method and machine
    loop         how often an animation plays, 0 for ever; None: as the source
    on_progress  called after each frame with (frames done, frames expected or None)
    cancel       set to stop before the next frame: CancelledError of `concurrent.futures`

    Raises UnreadableFile, VideoError and OutputError beside the errors of `Colourer`; InputError
    for a clip that is no drawing and for what does not go together.
    """
    from paintreel.media.encoding_settings import EncodingSettings
    from paintreel.media.video import transform_video

    given: dict[str, Any] = {name: value for name, value in options.items() if value is not None}
    own = {name: given.pop(name) for name in _OF_COLOURER if name in given}
    asked = {name: given.pop(name) for name in _OF_LOOK if name in given}
    limit_px = cast("int | None", given.get("max_pixels"))
    if look is None:
        look = look_of(palette=palette, max_pixels=limit_px, **asked)
    elif asked or palette is not None:
        raise InputError("look takes the place of palette, category, flat, cel, gap and seed")
    if colourer is None:
        colourer = Colourer(**own)
    elif own:
        raise InputError(f"{sorted(own)} belong to the Colourer that is loaded already")
    limit = check_length(Path(src), cast("int | None", given.pop("max_frames", None)))
    keys, notes = _hints_by_frame(Path(src), None if hint is None else Path(hint), limit_px)
    work = _FrameColourer(
        colourer,
        look,
        keys,
        name=str(src),
        lines=bool(given.pop("lines", True)),
        steady=float(given.pop("steady", DRAWN_STEADY)),
    )

    report = transform_video(
        src,
        dst,
        work,
        loop=loop,
        alpha=True if look.cel else None,
        on_progress=Readings(on_progress, src, limit).reading(),
        cancel=cancel,
        encoding=EncodingSettings.taken_from(given),
        **cast("Any", given),
    )
    late = () if colourer.model is None else colourer.model.take_notes()
    return dataclasses.replace(report, notes=(*late, *notes, *report.notes))


def _hints_by_frame(
    src: Path, hint: Path | None, max_pixels: int | None
) -> tuple[dict[int, Array], tuple[Note, ...]]:
    """({index of a frame: hints (h, w, 4) uint8 at working size}, notes).

    Hints of a frame within a shot are carried back to its first frame, and serve from there.
    """
    if hint is None:
        return {}, ()
    files = {0: hint}
    if hint.is_dir():
        files = {}
        for path in sorted(hint.iterdir()):
            number = re.search(r"(\d+)$", path.stem)
            if path.suffix.lower() in IMAGE_SUFFIXES and number:
                files[int(number[1]) - 1] = path
        if not files:
            raise InputError(f"folder {hint} holds no hints named after frames, such as 000001.png")
        if min(files) < 0:
            raise InputError(f"frames are counted from 1, but {files[min(files)]} says 0")
    keys: dict[int, Array] = {}
    notes: list[Note] = []
    back = _Back()
    with read_frames(src) as frames:
        for frame in frames:
            if frame.index > max(files):
                break
            back.add(frame)
            if frame.index not in files:
                continue
            pixels = read_picture(
                files[frame.index], max_pixels=max_pixels or DEFAULT_MAX_PIXELS
            ).pixels
            height, width = frame.pixels.shape[:2]
            fitted, more = fit_hints(pixels, (width, height), back.size)
            notes += more
            first, early = back.carried(fitted)
            keys.setdefault(first, early)
            keys[frame.index] = fitted
    if missing := sorted(set(files) - set(keys)):
        text = f"hints of frame {missing[0] + 1} and others: the clip ends before them"
        notes.append(Note("hints-beyond", text, len(missing), loss=True))
    return keys, tuple(notes)


class _Back:
    """The frames of the shot so far, to carry hints back to its beginning."""

    def __init__(self) -> None:
        self._follow, self._find = Follower(), MotionFinder()
        self._first, self._sketches = 0, cast("list[Array]", [])
        self.size = (0, 0)

    def add(self, frame: Frame) -> None:
        """The next frame."""
        coverage = _at_work(read_drawn_lines(_with_alpha(frame)).coverage)
        self.size = coverage.shape[1], coverage.shape[0]
        step = self._follow(coverage)
        if step.begins_shot or len(self._sketches) >= _MOST_BACK:
            self._first, self._sketches = frame.index, []
        self._sketches.append(step.small)

    def carried(self, hints: Array) -> tuple[int, Array]:
        """(the first frame of the shot, the hints of the last one as they lie there)."""
        for later, earlier in zip(
            reversed(self._sketches[1:]), reversed(self._sketches[:-1]), strict=True
        ):
            motion = self._find(earlier, later)
            hints = np.dstack([motion.pull_nearest(hints[..., k], 0) for k in range(4)])
        return self._first, hints


def _at_work(coverage: Array) -> Array:
    height, width = coverage.shape
    scale = min(1.0, CLIP_WORK_PX / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small: Array = cv2.resize(coverage, size, interpolation=cv2.INTER_AREA)
    return small


def _with_alpha(frame: Frame) -> Array:
    return frame.pixels if frame.alpha is None else np.dstack([frame.pixels, frame.alpha])


class _FrameColourer(FrameWork[Sketch]):
    """The frames of a clip, coloured in order."""

    at_once = 1

    def __init__(
        self,
        colourer: Colourer,
        look: ColourLook,
        keys: dict[int, Array],
        *,
        name: str,
        lines: bool,
        steady: float,
    ) -> None:
        self._colourer, self._look, self._keys = colourer, look, keys
        self._name, self._lines = name, lines
        self._follow, self._who = Follower(), Identities()
        self._steadier = Steadier(steady)
        self._shots = self._shots_hinted = 0
        self._of_hints: Array | None = None

    def begin(self, frame: Frame) -> Callable[[], Sketch]:
        """Read the drawing of a frame."""
        return lambda: self._colourer.read(
            _with_alpha(frame),
            self._look,
            name=self._name,
            work_px=CLIP_WORK_PX,
            check=frame.index == 0,
        )

    def push(self, frame: Frame, result: Sketch | None) -> Iterator[Frame]:
        """The frame in colour."""
        assert result is not None  # `begin` gives one for each
        step = self._follow(result.coverage)
        if step.begins_shot:
            self._who.forget()
            self._of_hints = None
            self._shots += 1
        hints = self._keys.get(frame.index)
        if step.begins_shot and hints is not None:
            self._shots_hinted += 1
        coloured = self._coloured(result, step, hints)
        picture = coloured.picture(lines=self._lines)
        alpha = frame.alpha
        if self._look.cel:
            opaque = np.full(picture.shape[:2], 255, np.uint8)
            alpha = picture[..., 3] if picture.shape[2] == 4 else opaque
        elif frame.alpha is not None:  # lines on nothing: what is painted is opaque
            alpha = np.full_like(frame.alpha, 255)
        pixels = np.ascontiguousarray(picture[..., :3])
        yield dataclasses.replace(frame, pixels=pixels, alpha=alpha)

    def _coloured(self, sketch: Sketch, step: Step, hints: Array | None) -> Coloured:
        """A frame with the colours of the one before, where it goes on."""
        regions, numbers = self._who.follow(sketch.regions, step.motion)
        said = np.full((regions.count, 3), -1)
        if hints is not None:
            marks = marks_of(hints)
            before = regions.count
            regions, index = colour_rooms(regions, marks)
            table = np.vstack([marks.colours.astype(np.int64), [[-1, -1, -1]]])
            said = table[index]
            if self._look.palette is None and marks.count and self._colourer.network is None:
                self._of_hints = palette_of_hints(marks.colours)
            numbers = np.append(numbers, np.full(regions.count - before, -1))
        known = numbers >= 0
        told = said.copy()
        for region in np.flatnonzero(known & (said < 0).all(axis=1)):
            told[region] = self._who.colour(int(numbers[region]))
        sketch = dataclasses.replace(sketch, regions=regions)
        has_colour = np.asarray((told >= 0).all(axis=1))
        dots = None if self._colourer.network is None else filled(regions, told, has_colour)
        look = self._look
        if self._of_hints is not None:
            look = dataclasses.replace(look, palette=self._of_hints)
        coloured = self._colourer.colour_regions(sketch, told, dots, look)
        hinted = np.asarray((said >= 0).all(axis=1))
        numbers = self._who.keep(regions, numbers, coloured.flats.colours, hinted)
        by_hint = np.array([self._who.is_hinted(int(n)) for n in numbers])
        outside = sketch.outside()
        clear = outside & ~by_hint if self._look.cel else np.zeros(regions.count, bool)
        flats = Flats(regions.labels, coloured.flats.colours, by_hint)
        painting = coloured.painting
        if painting is not None:
            painting = self._steadier(step.shape, painting)
        return dataclasses.replace(coloured, flats=flats, painting=painting, clear=clear)

    def notes(self) -> tuple[Note, ...]:
        """Shots that no hint was for."""
        if not self._keys or self._shots_hinted >= self._shots:
            return ()
        without = counted(self._shots - self._shots_hinted, "shot")
        text = f"{without} without hints; give a folder with hints of a frame of each"
        return (Note("shots-without-hints", text),)
