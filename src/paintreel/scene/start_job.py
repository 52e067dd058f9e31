"""What one rough or sketch of your own makes, and which rough goes with which sketch."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from paintreel.errors import InputError, OutputError
from paintreel.imaging.files import (
    DEFAULT_MAX_PIXELS,
    IMAGE_SUFFIXES,
    read_picture,
    write_picture,
)
from paintreel.jobs.find import walk
from paintreel.jobs.job import Progress, Report
from paintreel.jobs.place import Placement, place_results
from paintreel.notes import Note
from paintreel.roughs.start import read_start
from paintreel.scene.felt import FeltScene
from paintreel.scene.options import SceneOptions
from paintreel.scene.paint import paint_start
from paintreel.scenes.asked import Asked
from paintreel.scenes.methods import Method
from paintreel.wording import some_of

__all__ = ["StartFiles", "StartJob", "start_files"]


@dataclass(frozen=True)
class StartFiles:
    """A rough, a sketch or both, and the picture that is made of them."""

    rough: Path | None
    sketch: Path | None
    dst: Path

    @property
    def given(self) -> tuple[Path, ...]:
        """Those of the two that are there."""
        return tuple(path for path in (self.rough, self.sketch) if path is not None)


@dataclass(frozen=True, eq=False)
class StartJob:
    """One picture from a start of one's own; the category asked for is a hint, and may be None."""

    options: SceneOptions
    asked: Asked
    feeling: FeltScene | None
    method: Method
    files: StartFiles

    def make(self, progress: Progress) -> Report:
        """Read, paint and write it; the report says what of the files is not in the result."""
        limit = self.options.max_pixels or DEFAULT_MAX_PIXELS
        rough, sketch = (
            None if path is None else read_picture(path, max_pixels=limit)
            for path in (self.files.rough, self.files.sketch)
        )
        start = read_start(
            None if rough is None else rough.pixels,
            None if sketch is None else sketch.pixels,
            size=self.options.size,
            fit_sketch=self.options.resize,
            max_pixels=limit,
        )
        painted, told = paint_start(
            start, self.asked, self.method, self.options.strength, feeling=self.feeling
        )
        origin = sketch if rough is None else rough
        assert origin is not None
        result = replace(origin, pixels=painted)
        written = write_picture(self.files.dst, result, overwrite=progress.overwrite)
        read = [note for picture in (rough, sketch) if picture for note in picture.notes]
        if sketch is not None and sketch is not origin and sketch.has_metadata:
            text = "metadata of the sketch's file left out: the result has that of the rough"
            read.append(Note("sketch-metadata-left-out", text, loss=True))
        return Report((*read, *told, *written))


def start_files(options: SceneOptions, notes: list[Note]) -> list[StartFiles]:
    """The files of every picture; a rough and a sketch of two folders go together by their names.

    Raises InputError and OutputError, and adds to `notes` what is left out.
    """
    leading = options.sketch if options.rough is None else options.rough
    assert leading is not None
    assert options.output is not None  # which the options are asked for
    placements = place_results(
        [leading], options.output, label="scene", kind="picture", notes=notes
    )
    if options.rough is None:
        return [StartFiles(None, each.src, each.dst) for each in placements]
    if options.sketch is None:
        return [StartFiles(each.src, None, each.dst) for each in placements]
    sketches = _sketches_of(placements, Path(leading), Path(options.sketch), options.output)
    starts = [
        StartFiles(each.src, sketch, each.dst)
        for each, sketch in zip(placements, sketches, strict=True)
    ]
    for start in starts:
        if start.sketch is not None and start.sketch.resolve() == start.dst.resolve():
            raise OutputError(f"output {start.dst} is an input; choose another name or folder")
    return starts


def _sketches_of(
    placements: list[Placement], leading: Path, sketch: Path, output: str
) -> list[Path]:
    """The sketch of each rough of `leading`: the one there is, or that of its name in a folder."""
    if not sketch.is_dir():
        if len(placements) == 1 and not leading.is_dir():
            return [sketch]
        raise InputError(f"{leading} are several roughs, but --sketch {sketch} is no folder")
    sketches = {
        path.relative_to(sketch).with_suffix(""): path
        for path in walk(sketch)
        if path.suffix.lower() in IMAGE_SUFFIXES
    }
    wanted = [_place(each, leading, output).with_suffix("") for each in placements]
    if missing := [str(place) for place in wanted if place not in sketches]:
        raise InputError(f"folder {sketch} has no sketch named {some_of(missing, 1)}")
    return [sketches[place] for place in wanted]


def _place(placement: Placement, leading: Path, output: str) -> Path:
    """Where a rough lies in its folder, which is where its sketch lies in its own."""
    if leading.is_dir():
        return placement.src.relative_to(leading)
    return Path(placement.src.name) if leading.exists() else placement.dst.relative_to(output)
