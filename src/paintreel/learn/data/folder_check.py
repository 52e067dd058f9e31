"""Whether the folders of a run can be trained on: told before torch is asked for or an hour spent.

Only headers are read, about a millisecond each, and nothing here needs torch. A file whose header
is whole and whose rest is not is found by `load_pictures`, at the start of the run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from paintreel.errors import PaintreelError
from paintreel.imaging.files import inspect_picture
from paintreel.jobs.find import survey
from paintreel.learn.data.folders import (
    PictureFolder,
    check_apart,
    check_disjoint,
    refuse_unusable,
    scan,
    shrunk,
    too_small,
)
from paintreel.notes import Note
from paintreel.wording import some_of

_NAMED = 5
"""Files that a note names."""


def check_folders(
    roots: Mapping[str, Path],
    *,
    max_side_px: int,
    crop_px: int | None,
    enough: Mapping[str, int],
) -> tuple[Note, ...]:
    """Refuse what cannot be trained on; notes of what can and will be worse for it.

    roots        {"art": folder, "photos": folder, ...} of pictures
    max_side_px  to which pictures are shrunk
    crop_px      side of the crops that are then learnt from; None where crops have many sizes
    enough       {"art": pictures that were measured to do, ...}
    Raises DataError for folders that are missing, empty, hold too few pictures, unreadable or too
    small ones, or hold the same pictures as another.
    """
    folders = {name: scan(root, what=f"--{name}") for name, root in roots.items()}
    check_apart({f"--{name}": folder.root for name, folder in folders.items()})
    if "art" in folders and "photos" in folders:
        check_disjoint(folders["art"], folders["photos"])
    notes: list[Note] = []
    for name, folder in folders.items():
        notes += _left_out(folder, f"--{name}")
        notes += _check_sizes(folder, f"--{name}", max_side_px, crop_px)
        if len(folder.paths) < enough.get(name, 0):
            notes.append(_few(name, len(folder.paths), enough[name]))
    return tuple(notes)


def _few(name: str, count: int, enough: int) -> Note:
    return Note(
        f"few-{name}",
        f"--{name} holds {count} pictures; {enough} or more are better "
        "(docs/train-your-own-style.md shows what few give)",
    )


def _left_out(folder: PictureFolder, what: str) -> Iterator[Note]:
    """What lies in the folder and is not learnt from, such as drawings of other programs."""
    found = survey(folder.root)
    for path, reason in found.unreadable:
        yield Note("folder-unreadable", f"{what}: folder {path} left out: {reason}", loss=True)
    for path, reason in found.refused:
        if path.relative_to(folder.root) not in folder.paths:
            yield Note("file-left-out", f"{what}: {path.name} left out: {reason}", loss=True)
    taken = {folder.root / path for path in folder.paths}
    clips = [path.name for path in found.files if path not in taken]
    if clips:
        names = some_of(clips, _NAMED)
        text = f"{what}: clips left out: {names}; frames saved as pictures would be taken"
        yield Note("clips-left-out", text, count=len(clips), loss=True)


def _check_sizes(
    folder: PictureFolder, what: str, max_side_px: int, crop_px: int | None
) -> Iterator[Note]:
    """Read every header. Raises DataError that names all pictures that cannot be learnt from."""
    problems, sizes = [], {}
    for path in folder.paths:
        try:
            info = inspect_picture(folder.root / path)
        except PaintreelError as error:
            problems.append(str(error))
            continue
        if problem := too_small(path, info.width, info.height, max_side_px):
            problems.append(problem)
        sizes[path] = shrunk(info.width, info.height, max_side_px)
    refuse_unusable(folder, what, problems)
    small = [path for path, size in sizes.items() if crop_px and min(size) < crop_px]
    if small:
        least = min(small, key=lambda path: min(sizes[path]))
        width, height = sizes[least]
        yield Note(
            "pictures-small",
            f"{what}: {len(small)} of {len(sizes)} pictures are smaller than the crops of "
            f"{crop_px} px that are learnt from, once they are shrunk to {max_side_px} px (the "
            f"smallest: {least}, then {width}x{height}); their crops are enlarged, and soft; "
            "larger or less narrow ones are better",
            count=len(small),
        )
