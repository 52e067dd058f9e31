"""Faces with an emotion each, framed as those that the network will be shown.

Layouts of a folder:

    manifest.tsv         columns file, emotion, family (who drew it, or who it is)
    family/anger/*.png   a folder a family, in it a folder an emotion; or emotions alone
    fer2013.csv          columns emotion, pixels, Usage: 48x48 grey (FER2013)
    train/angry/*.jpg    FER2013 as pictures
    annotations/N_exp.npy, images/N.jpg  AffectNet

The eyes and mouths of avatars lie where their style has them; other faces are looked for, and a
picture in which none is found is taken whole.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import cv2
import numpy as np

from paintreel.errors import DataError, PaintreelError
from paintreel.faces.face import Face
from paintreel.faces.finder import FaceFinder
from paintreel.faces.framing import frame_face
from paintreel.imaging.arrays import Array
from paintreel.imaging.files import read_picture
from paintreel.imaging.formats import IMAGE_SUFFIXES
from paintreel.learn.data.emotion_labels import AFFECTNET, FER2013, emotion_of
from paintreel.pictures.paper import rgb8_on_white
from paintreel.runtime.emotion_features import FACE_PX, FACE_ROOM

__all__ = ["FaceExamples", "FramedFace", "find_faces_in", "read_faces", "views"]

_AVATARS = {
    "adventurer": ((0.30, 0.555), (0.52, 0.53), (0.42, 0.67)),
    "big-smile": ((0.605, 0.49), (0.77, 0.49), (0.70, 0.65)),
    "croodles": ((0.42, 0.48), (0.59, 0.48), (0.50, 0.76)),
    "dylan": ((0.397, 0.48), (0.625, 0.48), (0.51, 0.63)),
    "lorelei": ((0.48, 0.465), (0.675, 0.46), (0.61, 0.64)),
    "micah": ((0.435, 0.415), (0.62, 0.385), (0.545, 0.59)),
    "notionists": ((0.49, 0.45), (0.605, 0.45), (0.545, 0.55)),
    "noto": ((0.345, 0.42), (0.655, 0.42), (0.50, 0.70)),
    "open-peeps": ((0.575, 0.505), (0.735, 0.50), (0.66, 0.665)),
    "personas": ((0.40, 0.45), (0.60, 0.45), (0.50, 0.645)),
}
"""Family -> eyes and middle of the mouth, in shares of the side of the picture."""

_MOUTH = 0.36  # half the width of a mouth, in distances of the eyes
_WIDE_PX = 256
_LEAST_FACE_PX = 24
_SHIFT, _SIZE, _TURN_DEG = 0.06, 0.12, 12.0


@dataclass(frozen=True)
class FaceExamples:
    """M faces.

    files      where they lie, below their folder
    emotions   of each, of `emotion_labels.CLASSES`
    families   who drew each, or whom it shows
    faces      what was read, empty before
    """

    files: tuple[str, ...]
    emotions: tuple[str, ...]
    families: tuple[str, ...]
    faces: tuple[FramedFace, ...] = ()

    def __len__(self) -> int:
        return len(self.files)

    @property
    def digest(self) -> str:
        """A hash of what is learnt from."""
        rows = zip(self.files, self.emotions, self.families, strict=True)
        found = hashlib.sha256("\n".join(map("\t".join, rows)).encode())
        for face in self.faces:
            found.update(face.pixels.tobytes())
        return found.hexdigest()[:16]


@dataclass(frozen=True, eq=False)
class FramedFace:
    """pixels: (H, W, 3) uint8.  face: where it is in them."""

    pixels: Array
    face: Face

    def view(self, rng: np.random.Generator | None = None) -> Array:
        """(FACE_PX, FACE_PX, 3) uint8: framed; with `rng` a little off, mirrored, other colours."""
        if rng is None:
            return frame_face(self.face, FACE_PX, room=FACE_ROOM).take(self.pixels)
        landmarks = self.face.landmarks
        middle, across = landmarks.mean(0), float(np.ptp(landmarks[:2, 0])) or 1.0
        turn = np.radians(rng.uniform(-_TURN_DEG, _TURN_DEG))
        grown = np.exp(rng.uniform(-_SIZE, _SIZE))
        rotation = grown * np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
        moved = (landmarks - middle) @ rotation.T + middle
        moved = moved + rng.normal(0, _SHIFT, 2) * across
        framing = frame_face(Face(self.face.box, moved, 1.0), FACE_PX, room=FACE_ROOM)
        return _recoloured(framing.take(self.pixels), rng)


def find_faces_in(root: Path) -> FaceExamples:
    """What lies in a folder, unread. Raises DataError for a folder without labelled faces."""
    rows = [(name, emotion, family) for name, emotion, family, _ in _listed(root)]
    files, emotions, families = zip(*rows, strict=True)
    return FaceExamples(files, emotions, families)


def read_faces(root: Path) -> FaceExamples:
    """The faces of a folder. Raises DataError that names what cannot be read."""
    found, faces, problems = [], [], []
    finder: FaceFinder | None = None
    for name, emotion, family, load in _listed(root):
        try:
            pixels = load()
        except PaintreelError as error:
            problems.append(str(error))
            continue
        if family in _AVATARS:
            face = _avatar_face(pixels, *_AVATARS[family])
        else:
            finder = finder or FaceFinder(least_px=_LEAST_FACE_PX)
            face = _found_face(pixels, finder)
        found.append((name, emotion, family))
        faces.append(FramedFace(pixels, face))
    if problems:
        raise DataError(f"--faces {root}: " + "; ".join(problems[:5]))
    files, emotions, families = zip(*found, strict=True)
    return FaceExamples(files, emotions, families, tuple(faces))


def views(faces: Iterable[FramedFace], rng: np.random.Generator | None = None) -> Array:
    """(M, FACE_PX, FACE_PX, 3) uint8: a view of each, varied where `rng` is given."""
    return np.stack([face.view(rng) for face in faces])


Load = Callable[[], Array]
_Row = tuple[str, str, str, Load]


def _listed(root: Path) -> list[_Row]:
    if not root.is_dir():
        raise DataError(f"--faces {root}: there is no such folder")
    if (root / "manifest.tsv").is_file():
        rows = _of_manifest(root, root / "manifest.tsv")
    elif (root / "fer2013.csv").is_file():
        rows = _of_fer_table(root / "fer2013.csv")
    elif any(root.rglob("*_exp.npy")):
        rows = _of_affectnet(root)
    else:
        rows = _of_folders(root)
    if not rows:
        raise DataError(
            f"--faces {root} holds no labelled faces; expected manifest.tsv with file, emotion and "
            "family, a folder for each emotion, fer2013.csv, or the folders of AffectNet"
        )
    return sorted(rows, key=lambda row: row[0])


def _of_manifest(root: Path, path: Path) -> list[_Row]:
    """Faces whose label is no emotion of ours, such as contempt, are left out."""
    with path.open(encoding="utf-8", newline="") as file:
        table = csv.DictReader(file, delimiter="\t")
        missing = {"file", "emotion", "family"} - set(table.fieldnames or ())
        if missing:
            raise DataError(f"{path} has no column {', '.join(sorted(missing))}")
        rows = [(row["file"], emotion_of(row["emotion"]), row["family"]) for row in table]
    return [
        (name, emotion, family, partial(_pixels, root / name))
        for name, emotion, family in rows
        if emotion is not None
    ]


def _of_folders(root: Path) -> list[_Row]:
    rows: list[_Row] = []
    for path in sorted(root.rglob("*")):
        emotion = emotion_of(path.parent.name)
        if path.suffix.lower() in IMAGE_SUFFIXES and emotion is not None:
            above = path.parent.parent
            family = above.name if above != root else root.name
            rows.append(
                (path.relative_to(root).as_posix(), emotion, family, partial(_pixels, path))
            )
    return rows


def _of_fer_table(path: Path) -> list[_Row]:
    rows: list[_Row] = []
    with path.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), 2):
            try:
                emotion, pixels = FER2013[int(row["emotion"])], row["pixels"].split()
                side = int(len(pixels) ** 0.5)
                grey = np.array(pixels, np.uint8).reshape(side, side)
            except (KeyError, ValueError, IndexError, AttributeError):
                raise DataError(
                    f"{path}, line {number}: expected a number from 0 to 6 under emotion and the "
                    "grey values of a square under pixels"
                ) from None
            rgb = np.repeat(grey[..., None], 3, 2)
            rows.append((f"{number:06d}", emotion, "fer2013", partial(np.copy, rgb)))
    return rows


def _of_affectnet(root: Path) -> list[_Row]:
    rows: list[_Row] = []
    for path in sorted(root.rglob("*_exp.npy")):
        try:
            number = int(np.load(path, allow_pickle=False))
        except (ValueError, TypeError):
            raise DataError(f"{path} holds no number of an expression") from None
        image = path.parent.parent / "images" / f"{path.stem.removesuffix('_exp')}.jpg"
        if 0 <= number < len(AFFECTNET):
            name = image.relative_to(root).as_posix()
            rows.append((name, AFFECTNET[number], "affectnet", partial(_pixels, image)))
    return rows


def _pixels(path: Path) -> Array:
    """(H, W, 3) uint8 on white, shrunk to about what a face needs."""
    pixels = rgb8_on_white(read_picture(path).pixels)
    scale = _WIDE_PX / max(pixels.shape[:2])
    if scale >= 1:
        return pixels
    size = (max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale)))
    small: Array = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    return small


def _avatar_face(
    pixels: Array, left: tuple[float, float], right: tuple[float, float], mouth: tuple[float, float]
) -> Face:
    height, width = pixels.shape[:2]
    eyes = np.array([left, right])
    half = _MOUTH * (eyes[1] - eyes[0])
    nose = (eyes.mean(0) + np.array(mouth)) / 2
    landmarks = np.stack([*eyes, nose, mouth - half, mouth + half]) * (width, height)
    low, high = landmarks.min(0), landmarks.max(0)
    return Face((low[0], low[1], high[0], high[1]), landmarks, 1.0)


def _found_face(pixels: Array, finder: FaceFinder) -> Face:
    """The largest face; where there is none the picture itself, as if cut out by its eyes."""
    found = finder(pixels)
    if found:
        return max(found, key=lambda face: face.side_px)
    return _avatar_face(pixels, (0.32, 0.38), (0.68, 0.38), (0.5, 0.74))


def _recoloured(square: Array, rng: np.random.Generator) -> Array:
    """Mirrored, turned in hue, lighter or darker, grey or blurred; (S, S, 3) uint8."""
    if rng.random() < 0.5:
        square = square[:, ::-1]
    out = square.astype(np.float32) / 255
    grey = out.mean(2, keepdims=True)
    out = grey + (out - grey) * float(rng.uniform(0, 1.4))
    out = out * rng.uniform(0.75, 1.2, 3).astype(np.float32) + float(rng.uniform(-0.1, 0.1))
    if rng.random() < 0.3:
        out = cv2.GaussianBlur(out, (0, 0), float(rng.uniform(0.4, 1.8)))
    if rng.random() < 0.25:  # a hand, hair or a microphone before it
        x, y = rng.integers(0, FACE_PX, 2)
        w, h = rng.integers(FACE_PX // 8, FACE_PX // 3, 2)
        out[y : y + h, x : x + w] = rng.uniform(0, 1, 3)
    noisy = out + rng.normal(0, float(rng.uniform(0, 0.04)), out.shape)
    clipped: Array = (noisy.clip(0, 1) * 255).round().astype(np.uint8)
    return clipped
