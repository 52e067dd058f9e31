from __future__ import annotations

import numpy as np

from paintreel.faces import find_faces
from paintreel.faces.ovals import face_ovals
from portraits import portrait


def test_an_oval_holds_the_face_and_leaves_the_rest():
    face = find_faces(portrait())[0]
    share = face_ovals([face], 320, 320)
    rows, columns = face.landmarks.astype(int).T[::-1]
    assert (share[rows, columns] == 255).all()
    assert share[170, 160] > 0  # the chin
    assert share[70, 155] > 0  # the forehead
    for y, x in ((20, 160), (120, 70), (120, 250), (230, 160)):
        assert share[y, x] == 0
    assert 0.05 < (share > 127).mean() < 0.16
    edge = (share > 0) & (share < 255)
    assert 0.1 < edge.sum() / (share > 0).sum() < 0.5


def test_edge_and_presence():
    face = find_faces(portrait())[0]
    hard = face_ovals([face], 320, 320, edge_px=0)
    assert set(np.unique(hard)) == {0, 255}
    wide = face_ovals([face], 320, 320, edge_px=40)
    assert (wide > 0).sum() > (hard > 0).sum()
    half = face_ovals([face], 320, 320, presence=[0.5])
    assert half.max() == 128


def test_no_faces_and_faces_outside():
    face = find_faces(portrait())[0]
    assert not face_ovals([], 50, 60).any()
    assert not face_ovals([face.moved(4000, 0)], 50, 60).any()
    cut = face_ovals([face.moved(-160, 0)], 320, 320)
    assert cut[110, 0] == 255
