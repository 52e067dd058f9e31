"""Folders of training pictures: walked, checked and named before anything is trained."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from itertools import permutations
from pathlib import Path

import cv2
import numpy as np

from paintreel.errors import DataError, PaintreelError
from paintreel.imaging.arrays import Array
from paintreel.imaging.files import IMAGE_SUFFIXES, is_image, read_picture
from paintreel.imaging.formats import PICTURE_FORMATS
from paintreel.jobs.find import visible_files
from paintreel.pictures.paper import rgb8_on_white
from paintreel.wording import counted, some_of

MIN_SIDE_PX = 96
MIN_PICTURES = 4


@dataclass(frozen=True)
class PictureFolder:
    """A checked folder: `paths` sorted, relative to `root`."""

    root: Path
    paths: tuple[Path, ...]

    def hash(self) -> str:
        """sha256 over names and contents: the same data gives the same hash anywhere."""
        digest = hashlib.sha256()
        for path in self.paths:
            digest.update(path.as_posix().encode())
            digest.update(hashlib.sha256((self.root / path).read_bytes()).digest())
        return digest.hexdigest()

    def split(self, held_out: Sequence[str]) -> tuple[PictureFolder, PictureFolder]:
        """(to train on, held out) by glob patterns on the relative path or on the file name."""

        def is_held(path: Path) -> bool:
            return any(
                fnmatch(path.as_posix(), pattern) or fnmatch(path.name, pattern)
                for pattern in held_out
            )

        training = tuple(p for p in self.paths if not is_held(p))
        aside = tuple(p for p in self.paths if is_held(p))
        return PictureFolder(self.root, training), PictureFolder(self.root, aside)

    def only(self, meant: Sequence[str]) -> PictureFolder:
        """The pictures that fit one of the globs, as in `split`; all where there are none."""
        return self.split(meant)[1] if meant else self

    def set_aside(self, rng: np.random.Generator) -> tuple[PictureFolder, PictureFolder]:
        """(to train on, held out) where no pattern says which: an eighth, 1 to 12, at random."""
        count = max(1, min(12, len(self.paths) // 8))
        chosen = set(rng.permutation(len(self.paths))[:count].tolist())
        training = tuple(p for i, p in enumerate(self.paths) if i not in chosen)
        aside = tuple(p for i, p in enumerate(self.paths) if i in chosen)
        return PictureFolder(self.root, training), PictureFolder(self.root, aside)

    def draw(self, count: int, rng: np.random.Generator) -> PictureFolder:
        """At most `count` of the pictures, at random, in their order."""
        if len(self.paths) <= count:
            return self
        chosen = sorted(rng.permutation(len(self.paths))[:count].tolist())
        return PictureFolder(self.root, tuple(self.paths[i] for i in chosen))


def scan(root: str | Path, *, what: str) -> PictureFolder:
    """Every picture below `root`, by content or by suffix; `what` names it in errors ("--art").

    A file that only its suffix calls a picture (empty, renamed) is taken too, so that
    `load_pictures`, which has to decode all of them anyway, can name it. Hidden files and
    folders are passed over. Raises DataError if the folder is missing, empty, or holds too few.
    """
    root = Path(root)
    if not root.is_dir():
        reason = "it is a file" if root.exists() else "it does not exist"
        raise DataError(f"{what} {root} is not a folder: {reason}; give a folder of pictures")
    files = [path for path in visible_files(root) if path.is_file()]
    paths = sorted(path.relative_to(root) for path in files if _is_meant(path))
    if len(paths) < MIN_PICTURES:
        raise DataError(_too_few(root, what, len(paths), len(files)))
    return PictureFolder(root, tuple(paths))


def _too_few(root: Path, what: str, pictures: int, files: int) -> str:
    if not files:
        return f"{what} {root} is empty; at least {MIN_PICTURES} pictures are needed"
    formats = ", ".join(row.title for row in PICTURE_FORMATS.values())
    if not pictures:
        return (
            f"{what} {root} holds no pictures (of {files} files); at least {MIN_PICTURES} are "
            f"needed ({formats})"
        )
    count = "1 picture" if pictures == 1 else f"{pictures} pictures"
    return f"{what} {root} holds {count}; at least {MIN_PICTURES} are needed ({formats})"


def _is_meant(path: Path) -> bool:
    return path.suffix.lower() in IMAGE_SUFFIXES or is_image(path)


def check_apart(roots: Mapping[str, Path]) -> None:
    """Refuse folders of which two are one, or one lies in another, which is read with all in it.

    roots: {option: folder}. Raises DataError.
    """
    for (what, root), (other, outer) in permutations(roots.items(), 2):
        here, there = root.resolve(), outer.resolve()
        if here == there:
            raise DataError(f"{what} and {other} are the same folder: {root}")
        if here.is_relative_to(there):
            raise DataError(
                f"{what} {root} lies in {other} {outer}, which is read with the folders in it, so "
                "that its pictures would count as both; put the two beside each other"
            )


def check_disjoint(art: PictureFolder, photos: PictureFolder) -> None:
    """Refuse two equal folders: a style cannot be learnt from photographs of itself.

    Equal are two names of one folder, a folder and one inside it, and two folders of which more
    than half of the smaller one's files are in the other, byte for byte, under whatever name.
    Raises DataError.
    """
    check_apart({"--art": art.root, "--photos": photos.root})
    sizes = [{(f.root / p).stat().st_size for p in f.paths} for f in (art, photos)]
    shared = sizes[0] & sizes[1]  # only files of a size that both have need reading
    of_art, of_photos = (
        Counter(
            hashlib.sha256(path.read_bytes()).digest()
            for path in (f.root / p for p in f.paths)
            if path.stat().st_size in shared
        )
        for f in (art, photos)
    )
    twins = (of_art & of_photos).total()
    least = min(len(art.paths), len(photos.paths))
    if twins > least // 2:
        raise DataError(
            f"--art {art.root} and --photos {photos.root} hold the same pictures "
            f"({twins} of {least} are equal)"
        )


def load_pictures(folder: PictureFolder, *, max_side_px: int, what: str) -> list[Array]:
    """Decode all, area-shrunk to `max_side_px`: list of (H, W, 3) uint8.

    Raises DataError naming every corrupt or too small file at once, not the first alone.
    """
    pictures, problems = [], []
    for path in folder.paths:
        try:
            pixels = rgb8_on_white(read_picture(folder.root / path).pixels)
        except PaintreelError as error:
            problems.append(str(error))
            continue
        height, width = pixels.shape[:2]
        size = shrunk(width, height, max_side_px)
        if size != (width, height):
            pixels = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
        if problem := too_small(path, width, height, max_side_px):
            problems.append(problem)
            continue
        pictures.append(np.ascontiguousarray(pixels))
    refuse_unusable(folder, what, problems)
    return pictures


def shrunk(width: int, height: int, max_side_px: int) -> tuple[int, int]:
    """(width, height) in pixels of a picture that is shrunk to `max_side_px`, if it is larger."""
    scale = max_side_px / max(height, width)
    if scale >= 1:
        return width, height
    return max(1, round(width * scale)), max(1, round(height * scale))


def too_small(path: Path, width: int, height: int, max_side_px: int) -> str | None:
    """What to say of a picture that is below MIN_SIDE_PX once it is shrunk; None of others."""
    if min(shrunk(width, height, max_side_px)) >= MIN_SIDE_PX:
        return None
    return (
        f"{path} is too small: {width}x{height}, at least {MIN_SIDE_PX} px a side are needed "
        f"after shrinking to {max_side_px}"
    )


def refuse_unusable(folder: PictureFolder, what: str, problems: Sequence[str]) -> None:
    """Raise DataError with what is wrong, of at most 20 files; nothing where all is well.

    Leaving such files out in silence would train another style than the folder promises.
    """
    if problems:
        raise DataError(
            f"{what} {folder.root}: {unusable(problems, 'file')}; take out of the folder what "
            "cannot be mended"
        )


def unusable(problems: Sequence[str], what: str = "picture") -> str:
    """How many there are, and what is wrong with the first."""
    return f"{counted(len(problems), f'unusable {what}')}: {some_of(problems, 20, between='; ')}"
