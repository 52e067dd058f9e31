"""How the face in a clip moves: head, mouth, brows and lids over time, without lag.

The head's turn and nod come from where the nose lies between eyes and mouth, its tilt from the line
of the eyes. Mouth, lids and brows have no landmarks of their own: they are read from the dark
places of the upright face, against what is usual in the same clip. What is measured frame by frame
is smoothed to both sides of each moment, so nothing comes late.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

import cv2
import numpy as np

from paintreel.errors import InputError
from paintreel.faces import FaceFinder, FaceFollower, aligned_face
from paintreel.faces.face import Face
from paintreel.imaging.arrays import Array
from paintreel.media.cuts import CutDetector
from paintreel.media.reader import read_frames
from paintreel.notes import Note

__all__ = ["SIGNALS", "FaceMotion", "measure_face", "read_face_motion"]

SIGNALS = ("turn_deg", "nod_deg", "tilt_deg", "lean", "mouth", "round", "brows", "frown", "lids")
"""Columns of `FaceMotion.values`.

turn_deg, nod_deg, tilt_deg  as of a `Pose`
lean   -1 to 1: how far the head is to the right of where it mostly is
mouth  0 shut to 1 as far open as in this clip, 0 where nothing can be told
round  -1 wide to 1 narrow: the corners of the mouth against those of the clip
brows  -1 lowered to 1 raised
frown  0 to 1: brows drawn down and together
lids   0 open to 1 shut
"""

_SIDE_PX = 96
_FINE_PX = 80.0
"""Faces with sides below this show no lids or brows."""
_DARK_EYES = 0.02
_SPREAD_S = 0.045
_LEAST_SHARE = 0.1  # of the frames must show the face
# Of a grown-up: the tip of the nose stands 26 mm before the plane of eyes and mouth, the eyes
# are 63 mm apart.
_NOSE_MM, _APART_MM = 26.0, 63.0
_TURN = _APART_MM / _NOSE_MM
_NOD_DEG = float(np.degrees(_APART_MM / _NOSE_MM))
_SHUT, _FEW = 0.3, 8
_QUICK_S, _LEAST_QUICK, _MOST_PULL_DEG = 0.12, 0.5, 16.0
_MOST_FRAMES = 250_000


@dataclass(frozen=True)
class FaceMotion:
    """The motion of one face.

    times_s   (N,) of the frames
    values    (N, len(SIGNALS)), smoothed
    present   (N,) bool: whether the face is seen
    cuts      (N,) bool: whether a shot begins with the frame
    faces     [(time, (S, S, 3) uint8 upright face)], some a second, to tell its emotion from
    length_s  of the clip
    """

    times_s: Array
    values: Array
    present: Array
    cuts: Array
    length_s: float
    faces: tuple[tuple[float, Array], ...] = ()
    notes: tuple[Note, ...] = ()


@dataclass
class _Seen:
    """What one frame shows."""

    time_s: float
    face: Face | None
    raw: Array | None = None
    is_cut: bool = False
    upright: Array | None = None


def read_face_motion(
    path: str | PathLike[str],
    *,
    least_px: float = 48.0,
    face_px: int = 96,
    face_room: float = 1.0,
    every_s: float = 0.25,
    on_frame: Callable[[int, int | None], None] | None = None,
) -> FaceMotion:
    """The motion of the largest face of a clip.

    least_px  smallest side of a face
    face_px, face_room  side of the upright faces that are kept, one every `every_s`, and how much
              is seen round them: see `paintreel.faces.frame_face`

    Raises InputError where no face is seen in a tenth of the frames, and what `read_frames` does.
    """
    path = Path(path)
    finder = FaceFinder(least_px=least_px)
    follow, begins_shot = FaceFollower(finder), CutDetector()
    seen: list[_Seen] = []
    faces: list[tuple[float, Array]] = []
    number: int | None = None
    with read_frames(path) as source:
        expected = source.info.expected_frames
        for frame in source:
            if len(seen) >= _MOST_FRAMES:
                raise InputError(f"{path} has more than {_MOST_FRAMES:,} frames: cut it into shots")
            time_s = frame.time_s
            is_cut = begins_shot(frame.pixels)
            tracked = follow(frame.pixels, time_s)
            numbers = {one.number for one in tracked}
            if number not in numbers or is_cut:
                number = tracked[0].number if tracked else None
            one = next((each for each in tracked if each.number == number), None)
            item = _Seen(time_s, None, is_cut=is_cut)
            if one is not None:
                # What follows is smoothed, which lags; what is measured is what this frame shows.
                face = finder.look(frame.pixels, one.face) or (one.face if one.seen else None)
                if face is not None:
                    item.face, item.raw = face, measure_face(frame.pixels, face)
                    if not faces or time_s - faces[-1][0] >= every_s:
                        faces.append(
                            (time_s, aligned_face(frame.pixels, face, face_px, room=face_room))
                        )
            seen.append(item)
            if on_frame is not None:
                on_frame(len(seen), expected)
        notes = list(source.notes())
        step_s = float(1 / source.info.rate) if source.info.rate else 0.04
    found = sum(item.face is not None for item in seen)
    if found < max(1, _LEAST_SHARE * len(seen)):
        raise InputError(
            f"{path}: no face of {least_px:g} px or more is seen in {len(seen) - found} of "
            f"{len(seen)} frames; give a clip that shows a face larger and from the front"
        )
    if found < len(seen):
        text = f"no face is seen in {len(seen) - found} of {len(seen)} frames: it rests there"
        notes.append(Note("face-unseen", text, len(seen) - found))
    return _motion(seen, tuple(faces), notes, step_s)


def measure_face(picture: Array, face: Face) -> Array:
    """(9,) float64 of one face in one picture, as it is seen, nothing compared yet.

    Raw turn, nod and tilt in degrees; middle of the head (x, in sides of the face); opening of the
    mouth in rows; width of the mouth in distances of the eyes; row of the brows; frown; dark of the
    eyes.
    """
    left, right, nose, mouth_left, mouth_right = np.asarray(face.landmarks, float)
    eyes, mouth = (left + right) / 2, (mouth_left + mouth_right) / 2
    across = right - left
    apart = max(float(np.hypot(*across)), 1e-6)
    tilt = float(np.degrees(np.arctan2(across[1], across[0])))
    axis = across / apart
    down = np.array([-axis[1], axis[0]])
    drop = max(float((mouth - eyes) @ down), 1e-6)
    aside = float((nose - 0.5 * (eyes + mouth)) @ axis) / max(apart, 0.7 * drop)
    turn = float(np.degrees(np.arctan(_TURN * aside)))
    # Against the eyes alone: the mouth opens. A turn brings them nearer together.
    nod = float((nose - eyes) @ down) / apart * max(float(np.cos(np.radians(turn))), 0.5)
    upright = aligned_face(picture, face, _SIDE_PX)
    grey = cv2.cvtColor(np.ascontiguousarray(upright), cv2.COLOR_RGB2GRAY).astype(np.float64)
    luma: Array = cv2.GaussianBlur(grey, (0, 0), 0.8)
    wide = float(np.hypot(*(mouth_right - mouth_left))) / apart
    middle = face.centre[0] / max(face.side_px, 1e-6)
    brows, frown, dark = _around_eyes(luma)
    return np.array([turn, nod, tilt, middle, _opening(luma), wide, brows, frown, dark])


def _opening(luma: Array) -> float:
    """Rows of the mouth, of 96, that are dark as a mouth is inside, teeth between them counted."""
    skin = float(np.median(luma[46:56, 22:74]))
    profile = luma[54:94, 40:57].mean(1)
    low = float(profile.min())
    if skin - low < 0.12 * skin:
        return 0.0
    inside = profile < skin - 0.45 * max(skin - low, 0.3 * skin)
    at = int(profile.argmin())
    first = last = at
    # Teeth may part the dark: a gap of a few rows is bridged.
    for row in range(at, -1, -1):
        if inside[row]:
            first = row if first - row <= 5 else first
    for row in range(at, len(profile)):
        if inside[row]:
            last = row if row - last <= 5 else last
    return float(last - first + 1)


def _around_eyes(luma: Array) -> tuple[float, float, float]:
    """Row of the brows above the eyes, how they lower toward the nose, and the dark of the eyes."""
    rows, frowns, darks = [], [], []
    for centre, inner in ((29, 1), (67, -1)):
        # Each side against its own skin: light mostly comes from one.
        skin = float(np.percentile(luma[0:36, centre - 12 : centre + 13], 85))
        brow = np.clip(0.8 * skin - luma[0:16, centre - 10 : centre + 11], 0, None)
        weight = brow.sum()
        rows.append(float((brow.sum(1) @ np.arange(16)) / weight) if weight > 1 else 8.0)
        half = brow[:, 11:] if inner > 0 else brow[:, :10]
        other = brow[:, :10] if inner > 0 else brow[:, 11:]
        frowns.append(_row(half) - _row(other))
        eye = luma[15:28, centre - 9 : centre + 10]
        darks.append(float(np.clip(0.68 * skin - eye, 0, None).mean() / max(skin, 1.0)))
    return float(np.mean(rows)), float(np.mean(frowns)), float(np.mean(darks))


def _row(dark: Array) -> float:
    weight = dark.sum()
    return float((dark.sum(1) @ np.arange(len(dark))) / weight) if weight > 1 else 8.0


def _motion(
    seen: list[_Seen], faces: tuple[tuple[float, Array], ...], notes: list[Note], step_s: float
) -> FaceMotion:
    times_s = np.array([item.time_s for item in seen])
    present = np.array([item.raw is not None for item in seen])
    cuts = np.array([item.is_cut for item in seen])
    raw = np.array([item.raw if item.raw is not None else np.zeros(9) for item in seen])
    sides_px = np.array([item.face.side_px for item in seen if item.face is not None])
    side_px = float(np.median(sides_px))
    values = np.zeros((len(seen), len(SIGNALS)))
    values[present] = _compared(times_s[present], raw[present], fine=side_px >= _FINE_PX)
    if side_px < _FINE_PX:
        text = (
            f"the face is {side_px:.0f} px wide: lids and brows are acted, not read; from "
            f"{_FINE_PX:.0f} px on they are read"
        )
        notes.append(Note("face-small", text))
    smoothed = _smoothed(times_s, values, present, cuts)
    length_s = float(times_s[-1] + step_s)
    return FaceMotion(times_s, smoothed, present, cuts, length_s, faces, tuple(notes))


def _compared(times_s: Array, raw: Array, *, fine: bool) -> Array:
    """(N, 9) of `SIGNALS` against what is usual in the clip."""
    turn, nod, tilt, middle, opening, wide, brows, frown, dark = raw.T
    facing = np.abs(turn) < 25
    usual = raw[facing] if facing.sum() >= 5 else raw
    out = np.zeros_like(raw)
    out[:, 0] = np.clip(turn, -40, 40)
    out[:, 2] = np.clip(tilt, -30, 30)
    out[:, 3] = np.clip(0.5 * (middle - np.median(usual[:, 3])), -1, 1)
    shut, open_rows = np.percentile(usual[:, 4], [20, 97])
    if open_rows - shut >= 3.0:  # else the mouth stays shut, or a beard hides it
        out[:, 4] = np.clip((opening - shut - 1.0) / max(open_rows - shut, 7.0), 0, 1)
    spread = np.std(usual[:, 5])
    if spread > 0.02:
        out[:, 5] = np.clip((np.median(usual[:, 5]) - wide) / 0.18, -1, 1)
    if fine:
        # Against the seconds around: light and head change, a blink and a raised brow are short.
        row = brows - _usual(times_s, brows, 4.0)
        out[:, 6] = np.sign(-row) * np.clip((np.abs(row) - 0.4) / 2.6, 0, 1)
        out[:, 7] = np.clip((frown - _usual(times_s, frown, 4.0) - 0.4) / 2.5, 0, 1)
        awake = _usual(times_s, dark, 1.5)
        shut = np.clip((0.62 * awake - dark) / np.maximum(0.4 * awake, 1e-6), 0, 1)
        # Eyes that are hardly darker than the skin, pale or far away, show no lids either.
        out[:, 8] = np.where(awake >= _DARK_EYES, shut, 0.0)
        out[~facing, 6:] = 0.0  # a face from the side shows neither brows nor lids
    nods = _without_blinks(_NOD_DEG * nod, out[:, 8])
    nods = _without_mouth(times_s, nods, out[:, 4])
    out[:, 1] = np.clip(nods - np.median(nods[facing] if len(usual) < len(raw) else nods), -25, 25)
    return out


def _without_blinks(nods_deg: Array, lids: Array) -> Array:
    """Nods with what lies between where lids are shut: eyes are then found elsewhere."""
    is_shut = np.convolve(lids > _SHUT, np.ones(3), "same") > 0
    if is_shut.all() or not is_shut.any():
        return nods_deg
    at = np.arange(len(nods_deg))
    bridged: Array = np.interp(at, at[~is_shut], nods_deg[~is_shut])
    return bridged


def _without_mouth(times_s: Array, nods_deg: Array, opened: Array) -> Array:
    """Nods without what comes from the mouth: where it opens wide, noses are found higher.

    How much is told by quick changes, for a mouth is quicker than a head.
    """
    if len(times_s) <= _FEW:
        return nods_deg
    step = max(1, round(_QUICK_S / max(float(np.median(np.diff(times_s))), 1e-3)))
    if len(times_s) <= 2 * step:
        return nods_deg
    quick = opened[step:] - opened[:-step]
    power = float(quick @ quick)
    if power < _LEAST_QUICK:
        return nods_deg
    slope = float(quick @ (nods_deg[step:] - nods_deg[:-step])) / power
    plain: Array = nods_deg - min(max(slope, -_MOST_PULL_DEG), 0.0) * opened
    return plain


def _usual(times_s: Array, values: Array, reach_s: float) -> Array:
    """(N,) the median of what is within `reach_s` of each time."""
    first = np.searchsorted(times_s, times_s - reach_s)
    last = np.searchsorted(times_s, times_s + reach_s, side="right")
    return np.array([np.median(values[a:b]) for a, b in zip(first, last, strict=True)])


def _smoothed(times_s: Array, values: Array, present: Array, cuts: Array) -> Array:
    """Each stretch of one shot in which the face is seen, under a Gaussian; 0 between them."""
    out = np.zeros_like(values)
    starts = present & (cuts | ~np.r_[False, present[:-1]])
    label = np.cumsum(starts) * present
    for number in range(1, int(label.max(initial=0)) + 1):
        here = np.flatnonzero(label == number)
        part = _without_spikes(values[here])
        away_s = (times_s[here][:, None] - times_s[here][None, :]) if len(here) < 400 else None
        if away_s is not None:
            weights = np.exp(-0.5 * (away_s / _SPREAD_S) ** 2)
            out[here] = weights @ part / weights.sum(1, keepdims=True)
        else:
            out[here] = _in_pieces(times_s[here], part)
    return out


def _in_pieces(times_s: Array, part: Array) -> Array:
    """The same for long stretches, of what is near alone."""
    reach_s = 4 * _SPREAD_S
    out = np.empty_like(part)
    for row, time_s in enumerate(times_s):
        first, last = np.searchsorted(times_s, [time_s - reach_s, time_s + reach_s])
        weights = np.exp(-0.5 * ((times_s[first:last] - time_s) / _SPREAD_S) ** 2)
        out[row] = weights @ part[first:last] / weights.sum()
    return out


def _without_spikes(part: Array) -> Array:
    """The median of three frames, of lids alone the frame itself: a blink is short."""
    if len(part) < 3:
        return part
    padded = np.pad(part, ((1, 1), (0, 0)), mode="edge")
    middle: Array = np.median(np.stack([padded[:-2], padded[1:-1], padded[2:]]), axis=0)
    middle[:, SIGNALS.index("lids")] = part[:, SIGNALS.index("lids")]
    return middle
