"""Irises, lids, mouth and jaw of a face, found from its five landmarks by local fits.

A detector says where eyes and mouth are, not how they are shaped. Each feature is looked for near
where the landmarks say that it must be, as what it is in any light: an iris is a disc darker than
what lies beside it (Daugman 1993), an upper lid a dark arc over it, the mouth the darkest way from
corner to corner, teeth what is less red than lips, the jaw the way of strongest steps around the
chin. Every fit leans on the proportions of a mean face, and where a picture shows nothing it is
them that come out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import cv2
import numpy as np

from paintreel.faces.eye_fits import EyeFit, fit_eyes
from paintreel.faces.face import Face
from paintreel.faces.framing import Framing, frame_face
from paintreel.faces.mouth_fits import fit_mouth, skin_around
from paintreel.faces.ways import best_way, smoothed, values_at
from paintreel.imaging.arrays import Array, to_float
from paintreel.imaging.colour import rgb_to_lab

__all__ = ["EyeFit", "FineFeatures", "fit_features"]

_SIDE_PX, _ROOM = 320, 1.4
_UNIT_PX = _SIDE_PX / (2.5 * _ROOM)
"""The distance of the eyes in the frame that is looked at; all below is counted in it."""

_GLASSES = 0.3
"""Light of dark glasses beside that of the skin, at most."""
_PATCH, _PATCH_LIGHT = 0.85, 0.42
"""Share of what lies around one eye that is dark where a patch covers it alone, and how dark."""
_MOST_CONTRAST = 2.0
_PLAIN_STEP = 24.0
"""Difference of colour, CIELAB, across a jaw that is plain to see."""


@dataclass(frozen=True, slots=True, eq=False)
class FineFeatures:
    """What a face looks like beyond its five landmarks; places in pixels of its picture.

    eyes      left and right of the picture
    lips      (2, 25, 2): lower rim of the upper lip and upper rim of the lower lip, from left to
              right; one line where the mouth is closed
    is_open   whether teeth or the inside of the mouth are seen
    teeth     share of that gap, from above, which teeth fill, 0 to 1
    jaw       (49, 2) from the right of the picture around the chin to the left
    jaw_step  (49,) how plain the step is there, 0 to 1
    eyes_covered   each: by dark glasses or a patch; what was fitted there is nothing
    mouth_covered  by a mask
    """

    eyes: tuple[EyeFit, EyeFit]
    lips: Array
    is_open: bool
    teeth: float
    jaw: Array
    jaw_step: Array
    eyes_covered: tuple[bool, bool] = (False, False)
    mouth_covered: bool = False

    @property
    def seen_eyes(self) -> tuple[EyeFit, ...]:
        """Those that nothing covers: all that may be asked of forms, gaze and colours."""
        pairs = zip(self.eyes, self.eyes_covered, strict=True)
        return tuple(eye for eye, covered in pairs if not covered)

    def mapped(self, framing: Framing) -> FineFeatures:
        """The same in the places of a square that was taken out of the picture."""
        return _moved(self, framing.to_square, 1 / framing.scale)


def fit_features(picture: Array, face: Face) -> FineFeatures:
    """The features of a face of a picture (H, W, 3) RGB, uint8 or float in [0, 1].

    Raises InputError for what is no picture.
    """
    frame = frame_face(face, _SIDE_PX, room=_ROOM)
    seen = to_float(frame.take(picture))[..., :3]
    places = frame.to_square(face.landmarks)
    light = cv2.cvtColor(np.ascontiguousarray(seen), cv2.COLOR_RGB2GRAY)
    light = (light - light.min()) / max(float(np.percentile(light, 95) - light.min()), 0.05)
    turned = float((places[2] - places[:2].mean(axis=0))[0]) / _UNIT_PX
    eyes_covered = _under_glasses(light, places)
    eyes = fit_eyes(light, places[:2], _UNIT_PX, turned, eyes_covered)
    lab = rgb_to_lab(_without_haze(seen)).astype(np.float32)
    skin = skin_around(lab, _skin_tone(lab, places), _UNIT_PX)
    mouth = fit_mouth(lab, skin, places[3], places[4], _UNIT_PX)
    jaw, step = _fit_jaw(light, lab, places)
    covered = eyes_covered, _under_mask(lab, places)
    found = FineFeatures(eyes, mouth.rims, mouth.is_open, mouth.teeth, jaw, step, *covered)
    return _moved(found, frame.to_picture, frame.scale)


def _moved(features: FineFeatures, move: Callable[[Array], Array], scale: float) -> FineFeatures:
    eyes = tuple(
        EyeFit(move(e.iris[None])[0], e.radius_px * scale, move(e.upper), move(e.lower))
        for e in features.eyes
    )
    lips = np.stack([move(line) for line in features.lips])
    return replace(features, eyes=(eyes[0], eyes[1]), lips=lips, jaw=move(features.jaw))


def _oval(middle: Array, half: tuple[float, float]) -> Array:
    """(9, 9, 2) places in an oval, its half axes in distances of the eyes."""
    across, down = np.meshgrid(np.linspace(-1, 1, 9), np.linspace(-1, 1, 9))
    round_ = np.stack([across * np.sqrt(1 - down**2 / 2), down * np.sqrt(1 - across**2 / 2)], -1)
    places: Array = middle + round_ * np.array(half) * _UNIT_PX
    return places


def _without_haze(seen: Array) -> Array:
    """The picture with more contrast where it has little: teeth and lips differ from skin then."""
    low, high = np.percentile(seen, (1, 98))
    gain = float(np.clip(0.95 / max(float(high - low), 1e-3), 1.0, _MOST_CONTRAST))
    stretched: Array = np.clip((seen - low) * gain + low / gain, 0, 1)
    return stretched if gain > 1 else seen


def _skin_tone(lab: Array, places: Array) -> Array:
    """(3,) CIELAB of the cheeks."""
    mouth = places[3:].mean(axis=0)
    cheeks = np.concatenate([_oval(0.5 * eye + 0.5 * mouth, (0.14, 0.1)) for eye in places[:2]])
    planes = (np.ascontiguousarray(lab[..., k]) for k in range(3))
    return np.array([np.median(values_at(plane, cheeks)) for plane in planes])


def _under_glasses(light: Array, places: Array) -> tuple[bool, bool]:
    """Whether each eye lies behind dark glass: nearly all around it is dark beside the skin."""
    mouth = places[3:].mean(axis=0)
    bridge = _oval((places[2] + places[:2].mean(axis=0)) / 2, (0.12, 0.2))
    skin = float(np.median(values_at(light, bridge)))
    cheeks = [values_at(light, _oval(0.55 * eye + 0.45 * mouth, (0.12, 0.1))) for eye in places[:2]]
    skin = max(skin, float(np.median(cheeks)))
    eyes = [values_at(light, _oval(eye, (0.27, 0.14))) for eye in places[:2]]
    left, right = (float((eye < _GLASSES * skin).mean()) for eye in eyes)
    if min(left, right) > 0.55 and (left + right) / 2 > 0.68:
        return True, True
    patched = [
        float((eye < _PATCH_LIGHT * float(np.median(cheek))).mean()) > _PATCH
        for eye, cheek in zip(eyes, cheeks, strict=True)
    ]
    return (patched[0], patched[1]) if sum(patched) == 1 else (False, False)


def _under_mask(lab: Array, places: Array) -> bool:
    """Whether mouth and chin are of another colour than the brow: paler without colour, or blue."""
    down = places[3:].mean(axis=0) - places[:2].mean(axis=0)
    brow = _oval(places[:2].mean(axis=0) - 0.45 * down, (0.3, 0.12))
    below = np.concatenate([
        _oval(places[3:].mean(axis=0) + share * down, (0.3, 0.1)) for share in (0.0, 0.25)
    ])  # fmt: skip
    planes = [np.ascontiguousarray(lab[..., k]) for k in range(3)]
    (light, a, b), (l_brow, a_brow, b_brow) = (
        [float(np.median(values_at(plane, where))) for plane in planes] for where in (below, brow)
    )
    pale = light > l_brow + 6 and np.hypot(a, b) < 0.4 * np.hypot(a_brow, b_brow)
    return bool(pale or (b < b_brow - 20 and a < a_brow - 6))


def _dark_lines(light: Array, width: float) -> Array:
    """How much darker a place is than what lies around it."""
    near, far = (cv2.GaussianBlur(light, (0, 0), s * _UNIT_PX) for s in (width, 3 * width))
    lines: Array = far - near
    return lines


def _fit_jaw(light: Array, lab: Array, places: Array) -> tuple[Array, Array]:
    """The way of the plainest steps around the chin, near that of a mean face."""
    middle = places[[0, 1, 3, 4]].mean(axis=0)
    nose = (places[2] - middle)[0] / _UNIT_PX
    aside = float(np.clip(-0.4 * nose, -0.3, 0.3))
    angles = np.radians(np.linspace(-8, 188, 49))
    ray = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    centre = np.array([aside * 0.6, -0.1])
    half = np.array([1.14, 1.36])
    usual = 1 / np.hypot(ray[:, 0] / half[0], ray[:, 1] / half[1])
    radii = np.linspace(0.78, 1.22, 61)
    at = middle + (centre + usual[None, :, None] * radii[:, None, None] * ray) * _UNIT_PX
    steps = []
    for plane, weight in ((light, 1.0), (lab[..., 1] / 60, 1.0), (lab[..., 2] / 60, 0.7)):
        smooth = cv2.GaussianBlur(np.ascontiguousarray(plane), (0, 0), 0.02 * _UNIT_PX)
        values = values_at(smooth.astype(np.float32), at)
        steps.append(weight * np.abs(np.gradient(values, axis=0)))
    step = np.sqrt(sum(s * s for s in steps))
    step = step / max(float(np.percentile(step, 97)), 1e-3)
    lean = ((radii - 1) / 0.14) ** 2
    rows = best_way(np.clip(step, 0, 1.2) - 0.16 * lean[:, None], most_step=2, bend=0.05)
    line = np.stack([at[r, c] for c, r in enumerate(rows)])
    soft = cv2.GaussianBlur(np.ascontiguousarray(lab), (0, 0), 0.02 * _UNIT_PX).astype(np.float32)
    both = [
        np.stack([at[np.clip(r + d, 0, len(radii) - 1), c] for c, r in enumerate(rows)])
        for d in (-6, 6)
    ]
    planes = [np.ascontiguousarray(soft[..., k]) for k in range(3)]
    inside, outside = (
        np.stack([values_at(plane, x[:, None])[:, 0] for plane in planes], 1) for x in both
    )
    plain = np.linalg.norm(outside - inside, axis=1)
    return smoothed(line, 2.5), np.clip(plain / _PLAIN_STEP, 0, 1)
