"""Pencil drawings made clean."""

from __future__ import annotations

import cv2
import numpy as np

from paintreel.roughs.cleaning import clean_drawing


def test_a_solid_black_stays_solid():
    page = np.full((200, 260, 3), 235, np.uint8)
    cv2.ellipse(page, (80, 90), (9, 13), 0, 0, 360, (40, 40, 40), -1, cv2.LINE_AA)
    cv2.circle(page, (80, 90), 50, (60, 60, 60), 3, cv2.LINE_AA)
    cv2.line(page, (150, 40), (240, 160), (60, 60, 60), 3, cv2.LINE_AA)
    cleaned = clean_drawing(page)
    assert (cleaned.coverage[84:97, 75:86] > 200).mean() > 0.95
    assert cleaned.strokes is None
    assert clean_drawing(np.ascontiguousarray(page[:, 140:])).strokes
