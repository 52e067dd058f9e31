"""One call for a colour script, from Python."""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike, fspath
from typing import TYPE_CHECKING

from paintreel.errors import InputError
from paintreel.jobs.job import Progress
from paintreel.jobs.place import list_inputs
from paintreel.notes import warn_of
from paintreel.pictures.kinds import as_image
from paintreel.sheet.batch import after_files, gather_moments, open_seers, title_of
from paintreel.sheet.options import SheetOptions
from paintreel.sheet.page import draw_page
from paintreel.signatures import takes_options

if TYPE_CHECKING:
    from typing import Unpack

    from PIL import Image

    from paintreel.keywords import SheetKeywords

__all__ = ["sheet"]


@takes_options("sheet", "sheet")
def sheet(
    inputs: str | PathLike[str] | Sequence[str | PathLike[str]], **options: Unpack[SheetKeywords]
) -> Image.Image:
    """Draw the colour script of pictures and clips: swatches, thumbnails and the mood line.

        page = paintreel.sheet("film.mp4", by="mood")
        page.save("sheet.png", dpi=(300, 300))

    inputs  a file, a folder or a pattern, or several of them, in the order of the film

    Gives a PIL image, A4 across. Raises InputError for no input, an empty folder and values out of
    range, UnreadableFile, VideoError and PictureTooLarge for the first file that cannot be read,
    and the errors of models. A device that could not be had, or that failed, is warned of.
    """
    several = [inputs] if isinstance(inputs, (str, PathLike)) else inputs
    names = [fspath(name) for name in several]
    if not names:
        raise InputError("nothing to draw a sheet of: give files, a folder or a pattern")
    asked = SheetOptions(inputs=tuple(names), output="", **options)
    files = list_inputs(names)
    after = after_files([path for path, _ in files], asked.after)
    seers = open_seers(asked.by, backend=asked.backend, device=asked.device, threads=asked.threads)
    moments = [
        moment
        for path, kind in files
        for moment in gather_moments(path, kind, seers, asked, Progress(), after=after.get(path))[0]
    ]
    warn_of([note for model in seers.models for note in model.notes])
    page = draw_page(
        moments,
        by=asked.by,
        title=asked.title or title_of(names),
        count=asked.count,
        width_px=asked.width_px,
    )
    return as_image(page)
