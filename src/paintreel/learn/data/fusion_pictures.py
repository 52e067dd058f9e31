"""Photographs painted in many ways, for the fusion to learn from: styles, rules and grades.

A picture is painted whole, once; samples move over picture and painting together, so that the paint
is consistent in time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import cv2
import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.learn.data.fusion_samples import PaintedPicture
from paintreel.learn.data.teacher import TeacherSettings, paint
from paintreel.runtime.catalog import find_model
from paintreel.runtime.model import Model

__all__ = ["WAYS", "graded", "paint_pictures", "ruled"]

WAYS = ("style", "rule", "grade")
_SHARES = (0.5, 0.3, 0.2)


def paint_pictures(
    pictures: Sequence[Array],
    styles: Sequence[str],
    *,
    seed: int,
    on_progress: Callable[[int, int], None] | None = None,
) -> list[PaintedPicture]:
    """Each picture (H, W, 3) uint8 with a painting, in a way and a style that are drawn for it.

    Without styles, those are painted by rule. Raises UnknownModel for a style that is not there.
    """
    models = {name: Model(find_model(name, "stylize").path) for name in styles}
    painted = []
    for index, picture in enumerate(pictures):
        rng = np.random.default_rng([seed, index])
        way = str(rng.choice(WAYS, p=_SHARES))
        if way == "style" and models:
            name = str(rng.choice(sorted(models)))
            paint_of = models[name].run_image(picture)
        elif way == "grade":
            name, paint_of = way, graded(picture, rng)
        else:
            name, paint_of = "rule", ruled(picture, rng)
        painted.append(PaintedPicture(picture, paint_of, name))
        if on_progress is not None:
            on_progress(index + 1, len(pictures))
    return painted


def ruled(picture: Array, rng: np.random.Generator) -> Array:
    """Painted by the teacher's rules under settings that are drawn; (H, W, 3) uint8."""
    base = TeacherSettings()
    how = replace(
        base,
        dab_px=int(rng.integers(2, 5)),
        stroke_px=float(rng.uniform(0, 10)),
        blocks=float(rng.uniform(0, 1)),
        ink=float(rng.choice([0.0, rng.uniform(0.3, 1.0)])),
        paper=float(rng.choice([0.0, rng.uniform(0, 0.4)])),
        relief=float(rng.choice([0.0, rng.uniform(0, 1.5)])),
    )
    toned = graded(picture, rng) if rng.random() < 0.5 else picture
    answer = paint(toned.astype(np.float32) / 255, how)
    return _bytes(answer * 255)


def graded(picture: Array, rng: np.random.Generator) -> Array:
    """Other colours and light: a curve a channel, saturation, and a turn of hue; same shape."""
    x = picture.astype(np.float32) / 255
    x = x ** np.exp(rng.normal(0, 0.3, 3)).astype(np.float32)
    luma = cv2.cvtColor(x, cv2.COLOR_RGB2GRAY)[..., None]
    x = luma + (x - luma) * np.float32(rng.uniform(0.2, 1.6))
    if rng.random() < 0.4:
        hsv = cv2.cvtColor(np.clip(x, 0, 1), cv2.COLOR_RGB2HSV)
        hsv[..., 0] = (hsv[..., 0] + rng.uniform(-60, 60)) % 360
        x = cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB)
    return _bytes(x * 255)


def _bytes(x: Array) -> Array:
    levels: Array = np.clip(np.rint(x), 0, 255).astype(np.uint8)
    return levels
