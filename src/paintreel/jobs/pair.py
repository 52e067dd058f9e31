"""Which file is scored against which: two files as given, two folders by name."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

from paintreel.errors import DataError, InputError, UnreadableFile
from paintreel.jobs.find import Kind, kind_of, walk
from paintreel.wording import some_of

__all__ = ["Item", "Pairing", "group_of", "pair_up"]

BY_FOLDER = "folder"
"""Value of --by that groups files by the folder they lie in."""


@dataclass(frozen=True, slots=True)
class Item:
    """One file to score, and what it is compared with.

    name       path below the scored folder, with forward slashes; the file name of a single file
    generated  the file
    reference  its counterpart, None where there is none
    kind       "picture" or "clip" (animations are clips)
    """

    name: str
    generated: Path
    reference: Path | None
    kind: Kind


@dataclass(frozen=True, slots=True)
class Pairing:
    """The files that belong together.

    items       the files to score, sorted by name
    only_generated, only_reference   files without counterpart, which enter no pair
    """

    items: tuple[Item, ...]
    only_generated: tuple[Path, ...] = ()
    only_reference: tuple[Path, ...] = ()


def pair_up(
    generated: str | PathLike[str], reference: str | PathLike[str] | None = None
) -> Pairing:
    """Find the files to score, each with its counterpart.

    Two files are a pair whatever their names. Files of two folders, subfolders included, are
    matched by their path below the folder: first the whole name, then, among what is left, the
    name without suffix where that is unmistakable. Hidden files are passed over. Without
    `reference` every file stands alone.

    Raises UnreadableFile for a path that is missing, DataError for a folder without pictures or
    clips and for folders of which no two files match, InputError for a file against a folder, two
    files of which one is a clip, or names that could mean several files.
    """
    root = _existing(generated)
    other = None if reference is None else _existing(reference)
    if other is None:
        return Pairing(tuple(_item(name, path, None) for name, path in _files(root).items()))
    if root.is_dir() != other.is_dir():
        folder, file = (root, other) if root.is_dir() else (other, root)
        raise InputError(f"{folder} is a folder and {file} a file; give two folders, or two files")
    if not root.is_dir():
        return Pairing((_same_kind(_item(root.name, root, other)),))
    return _match(root, _files(root), other, _files(other))


def _match(
    root: Path, generated: dict[str, Path], other: Path, reference: dict[str, Path]
) -> Pairing:
    pairs = {name: name for name in generated if name in reference}
    left = _by_stem({name: generated[name] for name in generated.keys() - pairs.keys()})
    right = _by_stem({name: reference[name] for name in reference.keys() - pairs.values()})
    for stem in sorted(left.keys() & right.keys()):
        if len(left[stem]) > 1 or len(right[stem]) > 1:
            raise InputError(
                f"{', '.join(left[stem])} in {root} could belong to {', '.join(right[stem])} in "
                f"{other}; give each its own name"
            )
        pairs[left[stem][0]] = right[stem][0]
    if not pairs:
        raise DataError(
            f"no file of {root} ({some_of(generated, 3)}) has the name of one in "
            f"{other} ({some_of(reference, 3)}); pairs are matched by name"
        )
    items = (_item(name, generated[name], reference[pairs[name]]) for name in sorted(pairs))
    matched = set(pairs.values())
    return Pairing(
        items=tuple(items),
        only_generated=tuple(path for name, path in generated.items() if name not in pairs),
        only_reference=tuple(path for name, path in reference.items() if name not in matched),
    )


def group_of(item: Item, by: str) -> str:
    """The group of an item.

    by: "folder" groups by the folder below the scored one ("." for its top); a path of a folder
    groups by that folder's own subfolders, of the scored file or else of its counterpart.
    Raises InputError for anything else.
    """
    if by.lower() == BY_FOLDER:
        return str(Path(item.name).parent.as_posix())
    folder = Path(by)
    if not folder.is_dir():
        raise InputError(
            f"cannot group by {by!r}: expected 'folder' (the subfolder each file lies in) or the "
            "path of a folder whose subfolders are the groups"
        )
    root = folder.resolve()
    for path in (item.generated, item.reference):
        resolved = None if path is None else path.resolve()
        if resolved is not None and resolved.is_relative_to(root):
            parts = resolved.relative_to(root).parts
            return parts[0] if len(parts) > 1 else "."
    return "(elsewhere)"


def _existing(path: str | PathLike[str]) -> Path:
    existing = Path(path)
    if not existing.exists():
        raise UnreadableFile(existing, "there is no such file or folder")
    return existing


def _files(root: Path) -> dict[str, Path]:
    """Name -> path of the pictures and clips in `root`, sorted; of `root` itself if a file."""
    if not root.is_dir():
        return {root.name: root}
    files = {path.relative_to(root).as_posix(): path for path in walk(root)}
    if not files:
        raise DataError(f"folder {root} holds no picture or clip; expected PNG, JPEG, mp4 ...")
    return dict(sorted(files.items()))


def _by_stem(files: dict[str, Path]) -> dict[tuple[str, Kind], list[str]]:
    """Names by what they have in common: a poster frame beside its clip is no counterpart."""
    stems: defaultdict[tuple[str, Kind], list[str]] = defaultdict(list)
    for name in sorted(files):
        stems[Path(name).with_suffix("").as_posix(), kind_of(files[name])].append(name)
    return stems


def _item(name: str, generated: Path, reference: Path | None) -> Item:
    return Item(name, generated, reference, kind_of(generated))


def _same_kind(item: Item) -> Item:
    if item.reference is not None and (other := kind_of(item.reference)) != item.kind:
        raise InputError(
            f"{item.generated} is a {item.kind} and {item.reference} a {other}; "
            "compare pictures with pictures and clips with clips"
        )
    return item
