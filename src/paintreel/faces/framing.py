"""A face cut out upright, at a size of one's own, and put back where it was."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from paintreel.errors import InputError
from paintreel.faces.face import Face
from paintreel.imaging.arrays import Array, check_image

__all__ = ["Framing", "aligned_face", "frame_face", "square_around", "upright"]

_EYES_AND_MOUTH = np.array([[-0.5, -0.55], [0.5, -0.55], [-0.36, 0.58], [0.36, 0.58]])
"""Eyes and corners of the mouth of a mean face around its middle; the eyes are 1 apart.

The nose is left out: it goes aside first when a head turns.
"""
_TIGHT = 2.5
"""Side of a frame of `room` 1, from over the brow to under the chin, in distances of the eyes."""
_DOWN = 0.06
"""The middle of the frame below the middle of eyes and mouth, in sides."""
_MOST_PX = 8192


@dataclass(frozen=True, slots=True, eq=False)
class Framing:
    """Where a square with an upright face lies in a picture.

    matrix   (2, 3) float64: from places in the square, in pixels, to places in the picture
    side_px  of the square
    """

    matrix: Array
    side_px: int

    @property
    def scale(self) -> float:
        """Pixels of the picture in one of the square."""
        return float(np.hypot(*self.matrix[:, 0]))

    def to_picture(self, places: Array) -> Array:
        """Places (N, 2) of the square as places of the picture."""
        moved: Array = np.asarray(places, np.float64) @ self.matrix[:, :2].T + self.matrix[:, 2]
        return moved

    def to_square(self, places: Array) -> Array:
        """Places (N, 2) of the picture as places of the square."""
        shifted = np.asarray(places, np.float64) - self.matrix[:, 2]
        moved: Array = np.linalg.solve(self.matrix[:, :2], shifted.T).T
        return moved

    def face_in_square(self, face: Face) -> Face:
        """A face of the picture in the places of the square."""
        corners = self.to_square(np.reshape(face.box, (2, 2)))
        left, top, right, bottom = (float(x) for x in corners.ravel())
        return Face((left, top, right, bottom), self.to_square(face.landmarks), face.confidence)

    def take(self, picture: Array) -> Array:
        """The square, (S, S, C), out of a picture (H, W, C); its border is drawn out.

        Raises InputError for what is no picture.
        """
        check_image(picture, name="picture")
        matrix = self.matrix
        while np.hypot(*matrix[:, 0]) >= 2 and min(picture.shape[:2]) > 1:
            height, width = picture.shape[:2]
            size = (width + 1) // 2, (height + 1) // 2
            picture = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
            matrix = matrix * np.array([[size[0] / width], [size[1] / height]])
        return _warped(picture, matrix, (self.side_px, self.side_px), inverse=True)

    def put_back(self, picture: Array, square: Array, share: Array | None = None) -> Array:
        """A copy of `picture` (H, W, 3) with `square` (S, S, 3) of its dtype where it was taken.

        share  (S, S) float32 in [0, 1], how much of the square is seen; by default all of it, with
               an edge that is soft over an eighth of the side

        Raises InputError for another size or dtype.
        """
        result = picture.copy()
        self.put_into(result, square, share)
        return result

    def put_into(self, picture: Array, square: Array, share: Array | None = None) -> None:
        """As `put_back`, into `picture` itself."""
        side = self.side_px
        if square.shape[:2] != (side, side) or square.dtype != picture.dtype:
            raise InputError(
                f"the square is {square.dtype} {square.shape}, expected {picture.dtype} of "
                f"{side}x{side} px, as it was taken"
            )
        share = soft_edge(side, side / 8) if share is None else share
        corners = self.to_picture(np.array([[0, 0], [side, 0], [side, side], [0, side]]))
        height, width = picture.shape[:2]
        low = np.clip(np.floor(corners.min(axis=0)) - 1, 0, (width, height)).astype(int)
        high = np.clip(np.ceil(corners.max(axis=0)) + 1, 0, (width, height)).astype(int)
        if (high <= low).any():
            return
        window = slice(low[1], high[1]), slice(low[0], high[0])
        size = (int(high[0] - low[0]), int(high[1] - low[1]))
        matrix = self.matrix - np.array([[0, 0, low[0]], [0, 0, low[1]]])
        while np.hypot(*matrix[:, 0]) <= 0.5 and len(square) > 1:
            half = (len(square) + 1) // 2
            matrix = matrix * np.array([[len(square) / half] * 2 + [1.0]])
            square, share = (
                cv2.resize(each, (half, half), interpolation=cv2.INTER_AREA)
                for each in (square, share)
            )
        laid = _warped(square, matrix, size, inverse=False).astype(np.float32)
        weight = _warped(share.astype(np.float32), matrix, size, inverse=False, outside=True)
        weight = weight[..., None]
        mixed = picture[window] * (1 - weight) + laid * weight
        picture[window] = np.rint(mixed) if picture.dtype.kind == "u" else mixed


def frame_face(face: Face, side_px: int, *, room: float = 1.0) -> Framing:
    """The square of `side_px` around a face: eyes level, mouth below them, always at one place.

    room  how much is seen: 1 from over the brow to under the chin, 2 the head with its hair

    Raises InputError for sizes and rooms out of range.
    """
    if not 1 <= side_px <= _MOST_PX or int(side_px) != side_px:
        raise InputError(f"side_px is {side_px}, expected a whole number from 1 to {_MOST_PX}")
    if not 0.1 <= room <= 10:
        raise InputError(f"room is {room}, expected 0.1 to 10")
    turn = upright(face)
    side = _TIGHT * room
    scale = turn[:, :2] * (side / side_px)
    middle = np.array([side_px / 2, side_px * (0.5 - _DOWN / room)])
    return Framing(np.column_stack([scale, turn[:, 2] - scale @ middle]), int(side_px))


def square_around(face: Face, side_px: int, *, sides: float = 2.0) -> Framing:
    """A square of `side_px` around the middle of a face, not turned, `sides` of its box wide."""
    reach = face.side_px * sides
    left, top = (place - reach / 2 for place in face.centre)
    zoom = reach / side_px
    return Framing(np.array([[zoom, 0.0, left], [0.0, zoom, top]]), side_px)


def upright(face: Face) -> Array:
    """(2, 3) float64: from places in an upright face to places in the picture.

    In the face they are counted in distances of the eyes, right and down from the middle of eyes
    and mouth.
    """
    rotation, shift = _similarity(_EYES_AND_MOUTH, face.landmarks[[0, 1, 3, 4]])
    return np.column_stack([rotation, shift])


def aligned_face(picture: Array, face: Face, side_px: int, *, room: float = 1.0) -> Array:
    """(S, S, C) of a picture (H, W, C): the face upright, framed by eyes and mouth.

    `frame_face` gives the same with the way back.
    """
    return frame_face(face, side_px, room=room).take(picture)


def soft_edge(side_px: int, edge_px: float) -> Array:
    """(S, S) float32: 1 in the middle, smoothly to 0 over `edge_px` at the border."""
    from_border = np.minimum(np.arange(side_px) + 0.5, side_px - np.arange(side_px) - 0.5)
    ramp = np.clip(from_border / max(edge_px, 1e-6), 0, 1)
    ramp = ramp * ramp * (3 - 2 * ramp)
    edge: Array = np.outer(ramp, ramp).astype(np.float32)
    return edge


def _similarity(source: Array, target: Array) -> tuple[Array, Array]:
    """Rotation with scale (2, 2) and shift (2,) that lay `source` on `target`, least squares."""
    from_middle, to_middle = source.mean(axis=0), target.mean(axis=0)
    a, b = source - from_middle, target - to_middle
    along = float((a * b).sum())
    around = float((a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]).sum())
    size = float((a * a).sum())
    cosine, sine = along / size, around / size
    if np.hypot(cosine, sine) < 1e-6:  # five landmarks in one place
        cosine = 1e-6
    rotation = np.array([[cosine, -sine], [sine, cosine]])
    return rotation, to_middle - rotation @ from_middle


def _warped(
    picture: Array, matrix: Array, size: tuple[int, int], *, inverse: bool, outside: bool = False
) -> Array:
    """`picture` through `matrix`, whose places count from the corners of pixels."""
    half = np.array([0.5, 0.5])
    shifted = matrix.copy()
    shifted[:, 2] += matrix[:, :2] @ half - half
    enlarges = np.hypot(*matrix[:, 0]) < 1 if inverse else np.hypot(*matrix[:, 0]) > 1
    flags = cv2.INTER_CUBIC if enlarges and not outside else cv2.INTER_LINEAR
    warped: Array = cv2.warpAffine(
        picture,
        shifted,
        size,
        flags=flags | (cv2.WARP_INVERSE_MAP if inverse else 0),
        borderMode=cv2.BORDER_CONSTANT if outside else cv2.BORDER_REPLICATE,
    )
    if picture.dtype.kind == "f":
        np.clip(warped, 0, 1, out=warped)
    return warped.reshape(size[1], size[0], *picture.shape[2:])
