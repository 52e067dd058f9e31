"""A face of plain shapes, for tests of what is found in faces and drawn of them."""

from __future__ import annotations

import cv2
import numpy as np

from paintreel.faces import Face

UNIT = 90.0
"""Distance of its eyes in pixels."""
MIDDLE = np.array([200.0, 190.0])
SKIN, LIP, INK = (205, 160, 135), (170, 80, 80), (50, 30, 30)
MASK, BLUE = ((-0.9, 0.75), (0.9, 1.75)), (150, 190, 225)


def at(x: float, y: float) -> np.ndarray:
    """A place of the drawn face, in distances of the eyes from the middle of the eyes."""
    return MIDDLE + np.array([x, y]) * UNIT


def fixed(points: np.ndarray) -> np.ndarray:
    return np.rint((np.asarray(points) - 0.5) * 16).astype(np.int32)


def drawn_face(
    *, aside: float = 0.0, radius: float = 0.095, opening: float = 0.15, gap: float = 0.0,
    glasses: bool = False, patch: bool = False, mask: bool = False, smile: float = 0.0,
    iris: tuple[int, int, int] = (70, 50, 40), lip: tuple[int, int, int] = LIP,
    teeth: tuple[int, int, int] = (235, 232, 228),
) -> tuple[np.ndarray, Face]:  # fmt: skip
    """(400, 400, 3) uint8 with irises `aside` of their landmarks, and the face as a finder says."""
    x = np.full((400, 400, 3), (90, 120, 150), np.uint8)
    oval = fixed(at(0, 0.45))
    axes = (int(1.14 * UNIT * 16), int(1.36 * UNIT * 16))
    cv2.ellipse(x, oval.tolist(), axes, 0, 0, 360, SKIN, -1, cv2.LINE_AA, 4)
    t = np.linspace(-1, 1, 41)
    for side in (-0.5, 0.5):
        upper = [at(side + 0.25 * u, -0.6 * opening * (1 - u * u)) for u in t]
        lower = [at(side + 0.25 * u, 0.4 * opening * (1 - u * u)) for u in t]
        eye = x.copy()
        place = fixed(at(side + aside, -0.01)).tolist()
        cv2.fillPoly(eye, [fixed(upper + lower[::-1])], (240, 238, 235), cv2.LINE_AA, 4)
        cv2.circle(eye, place, int(radius * UNIT * 16), iris, -1, cv2.LINE_AA, 4)
        cv2.circle(eye, place, int(0.45 * radius * UNIT * 16), (25, 18, 18), -1, cv2.LINE_AA, 4)
        inside = np.zeros(x.shape[:2], np.uint8)
        cv2.fillPoly(inside, [fixed(upper + lower[::-1])], 255, cv2.LINE_AA, 4)
        x = np.where(inside[..., None] > 127, eye, x)
        cv2.polylines(x, [fixed(upper)], False, INK, 3, cv2.LINE_AA, 4)
        if glasses or (patch and side < 0):
            half = (int(0.36 * UNIT * 16), int(0.26 * UNIT * 16))
            cv2.ellipse(x, fixed(at(side, 0)).tolist(), half, 0, 0, 360, (15, 15, 15), -1, 8, 4)
    chord = np.linspace(-0.38, 0.38, 41)
    bow = 1 - (chord / 0.38) ** 2
    line = np.array([at(u, 1.1 + smile * b) for u, b in zip(chord, bow, strict=True)])
    low = np.array([at(u, 1.1 + (smile + gap) * b) for u, b in zip(chord, bow, strict=True)])
    lips = np.concatenate([line - np.array([0, 7]), (low + np.array([0, 9]))[::-1]])
    cv2.fillPoly(x, [fixed(lips)], lip, cv2.LINE_AA, 4)
    if gap:
        cv2.fillPoly(x, [fixed(np.concatenate([line, low[::-1]]))], teeth, 8, 4)
    cv2.polylines(x, [fixed(line)], False, INK, 2, cv2.LINE_AA, 4)
    if mask:
        cv2.rectangle(x, *(tuple(np.rint(at(*p)).astype(int).tolist()) for p in MASK), BLUE, -1)
    marks = np.array([at(-0.5, 0), at(0.5, 0), at(0, 0.6), at(-0.36, 1.1), at(0.36, 1.1)])
    return x, Face((80.0, 120.0, 320.0, 360.0), marks, 0.99)
