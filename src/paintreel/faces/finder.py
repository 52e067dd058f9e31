"""Find the faces in a picture: the bundled MTCNN, on ONNX Runtime."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from paintreel.errors import InputError
from paintreel.faces.cascade import CELL_PX, Found, Thresholds, look_again, run_cascade
from paintreel.faces.face import Face
from paintreel.imaging.arrays import Array, check_image
from paintreel.pictures.paper import rgb8_on_white
from paintreel.runtime.card import read_model
from paintreel.runtime.catalog import find_model
from paintreel.runtime.onnx_session import session_of

__all__ = ["LEAST_PX", "FaceFinder", "check_least_px", "find_faces", "usual_least_px"]

LEAST_PX = 72
"""Side of the smallest face that is looked for in a picture of 1080 lines and more."""

_LINES, _FEWEST_PX = 1080, 32

TASK = "faces"
_SIDES_PX = {"picture": CELL_PX, "crops_24": 24, "crops_48": 48}
_OUTPUTS = {"picture": slice(0, 2), "crops_24": slice(2, 4), "crops_48": slice(4, 7)}


class FaceFinder:
    """The loaded networks; call it with pictures.

        find = FaceFinder(least_px=48)
        faces = find(picture)

    least_px    side of the smallest face that is looked for; half of it takes four times as long.
                None: `usual_least_px` of the picture
    thresholds  how sure the networks have to be
    threads     of one inference; more than one gains little on graphs as small as these

    May be called from several threads. Raises InputError for a `least_px` below 12; ModelFileError
    where the bundled model is damaged.
    """

    def __init__(
        self,
        *,
        least_px: float | None = None,
        thresholds: Thresholds = Thresholds(),  # noqa: B008 - it is frozen
        threads: int = 1,
    ) -> None:
        check_least_px(least_px)
        self.least_px, self._thresholds = least_px, thresholds
        self._session = _session(threads)

    def __call__(self, picture: Array) -> list[Face]:
        """The faces of a picture, the largest first.

        picture: (H, W, 3) RGB, with alpha or grey, uint8, uint16 or float in [0, 1]; upright.
        Raises InputError for what is no picture.
        """
        check_image(picture, name="picture")
        rgb = rgb8_on_white(picture)
        least_px = usual_least_px(*rgb.shape[:2]) if self.least_px is None else self.least_px
        found = run_cascade(rgb, self._networks, least_px=least_px, thresholds=self._thresholds)
        return sorted(_faces(found), key=lambda face: -face.side_px)

    def look(self, picture: Array, expected: Face, *, least: float = 0.5) -> Face | None:
        """The face where one is expected, for instance from the frame before; None: not there.

        The last of the networks alone looks there, and is believed with less confidence.
        """
        box = np.array([expected.box])
        found = look_again(rgb8_on_white(picture), self._networks, box, least=least)
        return next(iter(_faces(found)), None)

    def _networks(self, name: str, batch: Array) -> list[Array]:
        """One of the three; the others are given nothing and take no time."""
        feeds = {
            each: batch if each == name else np.empty((0, 3, side, side), np.float32)
            for each, side in _SIDES_PX.items()
        }
        results: list[Array] = self._session.run(None, feeds)
        return results[_OUTPUTS[name]]


def _faces(found: Found) -> list[Face]:
    return [
        Face((left, top, right, bottom), landmarks, chance)
        for (left, top, right, bottom), landmarks, chance in zip(
            found.boxes.tolist(), found.landmarks, found.confidence.tolist(), strict=True
        )
    ]


def check_least_px(least_px: float | None) -> None:
    """Raise InputError unless `least_px` is a number from 12 up, or None."""
    if least_px is None:
        return
    number = isinstance(least_px, (int, float, np.integer, np.floating))
    if not number or isinstance(least_px, bool) or not CELL_PX <= least_px < np.inf:
        raise InputError(
            f"the smallest face is {least_px!r} px, expected at least {CELL_PX}: fewer show none"
        )


def usual_least_px(height_px: int, width_px: int) -> float:
    """Side of the smallest face that is looked for unless another is asked for.

    That is `LEAST_PX` in a picture of 1080 lines and more, in smaller ones as much smaller, and 32
    at least: below that what is found is no face more often.

    >>> usual_least_px(1080, 1920), usual_least_px(720, 1280), usual_least_px(4000, 240)
    (72.0, 48.0, 32.0)
    """
    return float(np.clip(LEAST_PX * min(height_px, width_px) / _LINES, _FEWEST_PX, LEAST_PX))


def find_faces(picture: Array, *, least_px: float | None = None) -> list[Face]:
    """The faces of a picture, the largest first; see `FaceFinder`.

    picture   (H, W, 3) uint8 RGB, upright; grey, alpha and other depths are taken too
    least_px  side of the smallest face that is looked for; None: `usual_least_px`

    Raises InputError for what is no picture, and for a `least_px` below 12.
    """
    return _finder(least_px)(picture)


@lru_cache(maxsize=4)
def _finder(least_px: float | None) -> FaceFinder:
    return FaceFinder(least_px=least_px)


@lru_cache(maxsize=2)
def _session(threads: int) -> Any:
    path = find_model("faces", task=TASK).path
    data, _ = read_model(path)
    return session_of(data, path, threads=threads)
