"""Faces in pictures and clips: found, followed, framed and put back.

face.py              `Face`: box, five landmarks, confidence
finder.py            `find_faces`, `FaceFinder`
cascade.py           what lies between the three networks of MTCNN
follower.py          `FaceFollower`: the same faces through the frames of a clip
framing.py           `aligned_face`, `frame_face`: an upright square, and the way back
ovals.py             `face_ovals`: where a face is, from hair line to chin
features.py          irises, lids, mouth and jaw, fitted near the landmarks
eye_fits.py          its irises and lids
mouth_fits.py        its mouth: lips, teeth, what is between them
ways.py              best, smooth and even lines through a picture
feature_follower.py  the same through the frames of a clip
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
