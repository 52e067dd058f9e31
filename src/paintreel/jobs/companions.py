"""What goes with each input: a file of another folder that is named as it is, such as a mask."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from paintreel.jobs.find import walk
from paintreel.jobs.place import Placement

__all__ = ["companions_in"]


def companions_in(
    folder: Path, inputs: Sequence[str], placements: Sequence[Placement], suffixes: Collection[str]
) -> list[Path | None]:
    """For each input the file below `folder` with its name, whatever the suffix; None: no such.

    inputs    as the verb was given them: of a single folder the tree counts too
    suffixes  of the files that may be one, in lower case

    For a clip a folder of its name goes first. Which suffix comes first in the alphabet counts
    where there are several.
    """
    by_name: dict[Path, Path] = {}
    for path in sorted(walk(folder)):
        if path.suffix.lower() in suffixes:
            by_name.setdefault(path.relative_to(folder).with_suffix(""), path)
    root = Path(inputs[0]) if len(inputs) == 1 and Path(inputs[0]).is_dir() else None
    found: list[Path | None] = []
    for each in placements:
        place = Path(each.src.name) if root is None else each.src.relative_to(root)
        name = place.with_suffix("")
        of_clip = folder / name
        is_folder = each.kind == "clip" and of_clip.is_dir()
        found.append(of_clip if is_folder else by_name.get(name))
    return found
