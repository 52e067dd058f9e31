"""Faces in pictures and clips: found, followed, framed and put back, and drawn by rule.

face.py              `Face`: box, five landmarks, confidence
finder.py            `find_faces`, `FaceFinder`
cascade.py           what lies between the three networks of MTCNN
follower.py          `FaceFollower`: the same faces through the frames of a clip
framing.py           `aligned_face`, `frame_face`: an upright square, and the way back
ovals.py             `face_ovals`: where a face is, from hair line to chin
features.py          irises, lids, mouth and jaw, fitted near the landmarks
feature_follower.py  the same through the frames of a clip
drawn.py             a face as a drawn character
drawn_features.py    its eyes, nose, mouth and jaw
strokes.py           the shapes and lines that it is drawn with
"""

from paintreel.faces.face import LANDMARKS, Face
from paintreel.faces.finder import FaceFinder, find_faces, usual_least_px
from paintreel.faces.follower import FaceFollower, TrackedFace
from paintreel.faces.framing import Framing, aligned_face, frame_face
from paintreel.faces.ovals import face_ovals

__all__ = [
    "LANDMARKS",
    "Face",
    "FaceFinder",
    "FaceFollower",
    "Framing",
    "TrackedFace",
    "aligned_face",
    "face_ovals",
    "find_faces",
    "frame_face",
    "usual_least_px",
]
