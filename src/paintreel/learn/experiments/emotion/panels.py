"""How far faces that were learnt from avatars help with the close-ups of painted panels."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from paintreel.faces.finder import FaceFinder
from paintreel.faces.framing import aligned_face
from paintreel.imaging.arrays import Array
from paintreel.imaging.files import read_picture
from paintreel.learn.data.emotion_labels import CLASSES
from paintreel.learn.data.mood_labels import read_votes
from paintreel.learn.models.emotion import EmotionNetwork
from paintreel.learn.trainers.emotion_fit import answers_of, as_pictures
from paintreel.pictures.paper import rgb8_on_white
from paintreel.runtime.emotion_features import FACE_PX, FACE_ROOM, ROWS, VOICE_WIDTH
from paintreel.runtime.emotions import MOODS, stand_in
from paintreel.runtime.voice_statistics import STATISTICS

__all__ = ["panel_faces", "tried_on_panels"]

_CLOSE_PX = 72


def panel_faces(art: Path) -> tuple[Array, Array]:
    """((N, S, S, 3) uint8, (N,) numbers of CLASSES): the largest face of each panel, the majority.

    A panel counts where at least two raters agree and a face of 72 px or more is found; calm, which
    faces have not, counts as neutral. Raises DataError without the raters' table.
    """
    find = FaceFinder(least_px=_CLOSE_PX)
    squares, truth = [], []
    for name, votes in sorted(read_votes(art).items()):
        path = art / name
        if max(votes) < 2 or not path.is_file():
            continue
        pixels = rgb8_on_white(read_picture(path).pixels)
        if found := find(pixels):
            face = max(found, key=lambda each: each.side_px)
            squares.append(aligned_face(pixels, face, FACE_PX, room=FACE_ROOM))
            emotion = stand_in(MOODS[int(np.argmax(votes))], CLASSES).name
            truth.append(CLASSES.index(emotion))
    if not squares:
        return np.zeros((0, FACE_PX, FACE_PX, 3), np.uint8), np.zeros(0, int)
    return np.stack(squares), np.array(truth)


def tried_on_panels(network: EmotionNetwork, faces: tuple[Array, Array]) -> dict[str, Any]:
    """How many faces are named right, beside the share of the largest class."""
    squares, truth = faces
    if not len(truth):
        return {"faces": 0}
    rows = np.zeros((len(truth), ROWS, VOICE_WIDTH), np.float32)
    statistics = np.zeros((len(truth), STATISTICS), np.float32)
    said = answers_of(network, rows, statistics, as_pictures(squares)).face.argmax(1)
    recalls = [float((said[truth == c] == c).mean()) for c in np.unique(truth)]
    return {
        "faces": len(truth),
        "accuracy": round(float((said == truth).mean()), 4),
        "macro_recall": round(float(np.mean(recalls)), 4),
        "largest_class": round(float(np.bincount(truth).max() / len(truth)), 4),
        "classes": len(recalls),
    }
