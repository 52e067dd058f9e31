"""Where a picture or clip is painted: in a mask or in faces, and what is protected from paint."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from paintreel.errors import InputError
from paintreel.faces.finder import FaceFinder, check_least_px, find_faces
from paintreel.faces.follower import FaceFollower, TrackedFace
from paintreel.faces.ovals import face_ovals
from paintreel.imaging.arrays import Array
from paintreel.imaging.files import IMAGE_SUFFIXES
from paintreel.jobs.companions import companions_in
from paintreel.jobs.find import kind_of
from paintreel.media.containers import VIDEO_SUFFIXES
from paintreel.media.frame import Frame
from paintreel.media.reader import read_frames
from paintreel.notes import Note
from paintreel.pictures.kinds import pixels_of
from paintreel.pictures.masking import Edge, check_edge, edge_of, mask_of, soft_mask
from paintreel.wording import counted

if TYPE_CHECKING:
    from paintreel.jobs.place import Placement
    from paintreel.stylize.options import StylizeOptions

__all__ = ["EVERYWHERE", "FACES", "ClipWhere", "Where", "places_of"]

FACES = "faces"
"""The word that stands for the faces of a picture, where a mask may be given."""


@dataclass(frozen=True, eq=False)
class Where:
    """What of a picture is painted.

    mask, protect  None; ``"faces"``; or a mask, white where paint goes, or may not: a path, a PIL
                   image or an array of any kind that `pixels_of` takes. Of a cut-out with
                   transparency what is opaque counts. For clips also the path of a clip, or of a
                   folder of pictures, a mask for each frame
    edge           width of the soft edges in pixels; ``auto``: 8 in a picture of 1280, and a third
                   of the distance of the eyes around faces
    least_face_px  side of the smallest face that counts; None: `faces.finder.usual_least_px`

    What is in the mask and not protected is painted. Raises InputError for values out of range.
    """

    mask: Any = None
    protect: Any = None
    edge: Edge = "auto"
    least_face_px: float | None = None

    def __post_init__(self) -> None:
        check_edge(self.edge)
        check_least_px(self.least_face_px)

    @property
    def is_everywhere(self) -> bool:
        """Whether all is painted, whatever the picture shows."""
        return self.mask is None and self.protect is None

    @property
    def files(self) -> tuple[Path, ...]:
        """The files that it depends on."""
        return tuple(Path(x) for x in (self.mask, self.protect) if _is_path(x))

    @property
    def asks_for_faces(self) -> bool:
        """Whether it depends on faces."""
        return _is_faces(self.mask) or _is_faces(self.protect)

    def of_picture(self, picture: Array) -> tuple[Array | None, tuple[Note, ...]]:
        """((H, W) uint8, 255 where it is painted, or None for everywhere; what is to be told).

        picture: of any layout and dtype of `imaging.arrays`. Raises InputError where a mask has
        another shape, and what reading it raises.
        """
        if self.is_everywhere:
            return None, ()
        height, width = picture.shape[:2]
        ovals: Array | None = None
        notes: tuple[Note, ...] = ()
        if self.asks_for_faces:
            faces = find_faces(picture, least_px=self.least_face_px)
            ovals = face_ovals(faces, height, width, edge_px=self._face_edge(height, width))
            notes = () if faces else (_no_face(self),)
        parts = [self._still(x, ovals, height, width, name) for x, name in self._parts()]
        return _joined(*parts), notes

    def of_clip(self) -> ClipWhere | None:
        """The same for the frames of one clip, which come in order; None for everywhere."""
        return None if self.is_everywhere else ClipWhere(self)

    def _parts(self) -> tuple[tuple[Any, str], tuple[Any, str]]:
        return (self.mask, "mask"), (self.protect, "protect")

    def _face_edge(self, height_px: int, width_px: int) -> float | None:
        return None if self.edge == "auto" else edge_of(self.edge, height_px, width_px)

    def _still(
        self, x: Any, ovals: Array | None, height: int, width: int, name: str
    ) -> Array | None:
        if x is None:
            return None
        if _is_faces(x):
            return ovals
        called = str(x) if _is_path(x) else name
        return soft_mask(mask_of(pixels_of(x, name)), height, width, edge=self.edge, name=called)


EVERYWHERE = Where()


class ClipWhere:
    """`Where` for one clip: shown the frames in order, asked for the share of each.

    `watch` is called with every frame, in the thread that reads, and `share` later, once or never.
    """

    def __init__(self, where: Where) -> None:
        self._where = where
        self._follow = (
            FaceFollower(FaceFinder(least_px=where.least_face_px)) if where.asks_for_faces else None
        )
        self._mattes = [_matte_of(x, name) for x, name in where._parts()]
        self._fitted: dict[int, tuple[tuple[int, int], Array]] = {}
        self._faces: dict[int, list[TrackedFace]] = {}
        self._frames = self._without = 0

    def watch(self, frame: Frame) -> None:
        """Look at the next frame."""
        self._frames += 1
        for matte in self._mattes:
            if matte is not None:
                matte.watch(frame)
        if self._follow is not None:
            faces = self._follow(frame.pixels, frame.time_s)
            self._without += not faces
            self._faces[frame.index] = faces

    def share(self, frame: Frame) -> Array:
        """(H, W) uint8: 255 where the frame is painted. What is known of earlier ones goes."""
        height, width = frame.pixels.shape[:2]
        ovals = None
        if self._follow is not None:
            tracked = self._faces[frame.index]
            ovals = face_ovals(
                [each.face for each in tracked],
                height,
                width,
                presence=[each.presence for each in tracked],
                edge_px=self._where._face_edge(height, width),
            )
            _forget(self._faces, frame.index)
        parts = []
        for place, (x, name) in enumerate(self._where._parts()):
            matte = self._mattes[place]
            if matte is None:
                parts.append(ovals if x is not None else None)
            else:
                parts.append(self._softened(place, matte, frame, name))
        share = _joined(*parts)
        assert share is not None  # of everywhere there is no ClipWhere
        return share

    def notes(self) -> tuple[Note, ...]:
        """How many frames had no face, and where mattes did not last."""
        notes = [note for matte in self._mattes if matte is not None for note in matte.notes()]
        if self._follow is not None and self._frames and self._without == self._frames:
            notes.append(_no_face(self._where))
        elif self._without:
            frames = counted(self._without, "frame")
            text = f"no face in {frames} of {self._frames:,}: {_meaning(self._where)} there"
            notes.append(Note("frames-without-face", text, self._without))
        return tuple(notes)

    def _softened(self, place: int, matte: _Matte, frame: Frame, name: str) -> Array:
        """The mask of the frame at its size, made once where it stays the same."""
        height, width = frame.pixels.shape[:2]
        if (known := self._fitted.get(place)) and matte.is_still and known[0] == (height, width):
            return known[1]
        mask = matte.of(frame)
        soft = soft_mask(mask, height, width, edge=self._where.edge, name=matte.name or name)
        self._fitted[place] = (height, width), soft
        return soft


class _Matte(Protocol):
    """A mask for each frame."""

    name: str
    is_still: bool

    def watch(self, frame: Frame) -> None:
        """The next frame has come."""

    def of(self, frame: Frame) -> Array:
        """(h, w) uint8 for a frame that has been watched."""

    def notes(self) -> list[Note]:
        """What did not fit."""


class _StillMatte:
    is_still = True

    def __init__(self, mask: Array, name: str) -> None:
        self._mask, self.name = mask, name

    def watch(self, frame: Frame) -> None:
        pass

    def of(self, frame: Frame) -> Array:
        return self._mask

    def notes(self) -> list[Note]:
        return []


class _MovingMatte:
    """The masks of a clip by their times, or of a folder of pictures in order."""

    is_still = False

    def __init__(self, path: Path) -> None:
        self.name = str(path)
        self._masks = _folder_masks(path) if path.is_dir() else _clip_masks(path)
        self._by_time = not path.is_dir()
        self._now = next(self._masks)
        self._next = next(self._masks, None)
        self._kept: dict[int, Array] = {}
        self._late = 0

    def watch(self, frame: Frame) -> None:
        at = frame.time_s + 1e-6 if self._by_time else float(frame.index)
        while self._next is not None and self._next[0] <= at:
            self._now, self._next = self._next, next(self._masks, None)
        if self._next is None and self._now[2] is not None and at >= self._now[2]:
            self._late += 1
        self._kept[frame.index] = self._now[1]

    def of(self, frame: Frame) -> Array:
        mask = self._kept[frame.index]
        _forget(self._kept, frame.index)
        return mask

    def notes(self) -> list[Note]:
        if not self._late:
            return []
        text = f"{self.name} ends {counted(self._late, 'frame')} before the clip; its last is held"
        return [Note("mask-ends", text, self._late)]


_Timed = tuple[float, Array, float | None]
"""From when a mask is shown, the mask, and until when, where that is known."""


def _clip_masks(path: Path) -> Iterator[_Timed]:
    with closing(read_frames(path)) as frames:
        for frame in frames:
            pixels = frame.pixels
            if frame.alpha is not None:
                pixels = np.dstack([pixels, frame.alpha])
            ends_s = float((frame.pts + frame.duration) * frame.time_base)
            yield frame.time_s, mask_of(pixels), ends_s if frame.duration else None


def _folder_masks(path: Path) -> Iterator[_Timed]:
    files = sorted(p for p in path.iterdir() if p.suffix.lower() in IMAGE_SUFFIXES)
    if not files:
        raise InputError(f"folder {path} holds no pictures; give a mask for each frame")
    for number, file in enumerate(files):
        yield float(number), mask_of(pixels_of(file)), float(number + 1)


def _matte_of(x: Any, name: str) -> _Matte | None:
    if x is None or _is_faces(x):
        return None
    if _is_path(x):
        path = Path(x)
        if path.is_dir() or kind_of(path) == "clip":
            return _MovingMatte(path)
    return _StillMatte(mask_of(pixels_of(x, name)), str(x) if _is_path(x) else name)


def _joined(mask: Array | None, protect: Array | None) -> Array | None:
    if protect is None:
        return mask
    free: Array = 255 - protect
    if mask is None:
        return free
    return np.rint(mask.astype(np.uint16) * free / 255).astype(np.uint8)


def _forget(known: dict[int, Any], index: int) -> None:
    """Drop what is known of frames up to `index`, while another thread adds later ones."""
    for old in [each for each in list(known) if each <= index]:
        del known[old]


def _no_face(where: Where) -> Note:
    return Note(
        "no-face", f"no face found: {_meaning(where)} (--least-face looks for smaller ones)"
    )


def _meaning(where: Where) -> str:
    return "nothing is painted" if _is_faces(where.mask) else "all is painted"


def _is_faces(x: Any) -> bool:
    return isinstance(x, str) and x == FACES


def _is_path(x: Any) -> bool:
    return isinstance(x, (str, PathLike)) and not _is_faces(x)


def places_of(
    options: StylizeOptions, placements: Sequence[Placement], notes: list[Note]
) -> list[Where]:
    """Where each input is painted, as the options say; masks of a folder by the inputs' names.

    What has no mask there is told in `notes`: it is painted whole. Raises InputError for masks that
    are not there, and for a folder that has one for none.
    """
    masks, protects = (
        _files_for(getattr(options, name), name, options.inputs, placements, notes)
        for name in ("mask", "protect")
    )
    edge, least_px = options.edge, options.least_face_px
    return [
        Where(mask, protect, edge, least_px) for mask, protect in zip(masks, protects, strict=True)
    ]


def _files_for(
    given: str | None,
    name: str,
    inputs: Sequence[str],
    placements: Sequence[Placement],
    notes: list[Note],
) -> list[Any]:
    if given is None or _is_faces(given):
        return [given] * len(placements)
    path = Path(given)
    if not os.path.lexists(path):
        raise InputError(f"--{name} {path} is not there; give a picture, or the word {FACES}")
    alone = len(placements) == 1 and not Path(inputs[0]).is_dir()
    if not path.is_dir() or (alone and placements[0].kind == "clip"):
        if kind_of(path) == "clip" and any(each.kind != "clip" for each in placements):
            raise InputError(f"--{name} {path} is a clip, and a picture takes a picture")
        return [path] * len(placements)
    found = companions_in(path, inputs, placements, IMAGE_SUFFIXES | VIDEO_SUFFIXES)
    without = found.count(None)
    if without == len(found):
        raise InputError(f"--{name}: folder {path} holds no masks named as the inputs are")
    if without:
        text = f"{counted(without, 'input')} without a mask in {path}: painted whole"
        notes.append(Note("masks-missing", text, without))
    return found
