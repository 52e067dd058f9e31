"""Pictures and clips with a heat map of what speaks for their class, and a legend."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw

from paintreel.imaging.arrays import Array
from paintreel.imaging.geometry import fit_max_side, resize
from paintreel.media.clip import MAX_FRAME_PIXELS
from paintreel.media.probe import probe
from paintreel.media.video import VideoReport, transform_video
from paintreel.pictures.class_colours import colours_of, in_words
from paintreel.pictures.lettering import font_of, letter
from paintreel.runtime.classifiers import Classification, Classifier
from paintreel.runtime.findings import ranked

__all__ = ["explain_clip", "explained", "heat_over"]

_RAMP = np.array(
    [[38, 18, 74], [120, 28, 109], [199, 52, 76], [243, 120, 34], [252, 197, 62], [252, 250, 190]],
    np.float32,
)
"""Of nothing to most: dark to light, so that it reads in grey too."""

_MOST_OPAQUE, _DIMMED = 0.78, 0.62
_PAPER, _INK, _SOFT = (250, 249, 246), (40, 38, 36), (116, 110, 104)
_LEAST_PX, _MOST_PX = 480, 1600
_FOLLOWS = 0.3
"""Share of the way to the newest map that each frame of a clip goes."""

_USUAL_FPS = 25
_SHOWN = 3
"""Classes that the legend names."""


def heat_over(pixels: Array, heat: Array) -> Array:
    """The picture, (H, W, 3) uint8, greyed where nothing speaks, glowing where most does.

    heat: (h, w) in [0, 1], of any size.
    """
    height, width = pixels.shape[:2]
    heat = np.clip(heat.astype(np.float32), 0, 1)
    if heat.shape != (height, width):
        heat = np.clip(cv2.resize(heat, (width, height), interpolation=cv2.INTER_CUBIC), 0, 1)
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY).astype(np.float32)[..., None]
    out = grey * _DIMMED + 255 * (1 - _DIMMED) * 0.25
    cover = (_MOST_OPAQUE * np.sqrt(heat))[..., None]
    # The ramp takes a part of the light of the picture, so that its forms stay to be seen.
    lit = _ramp(heat) * (0.55 + 0.45 * grey / 255)
    out = out + (lit - out) * cover
    return np.rint(out).clip(0, 255).astype(np.uint8)


def _ramp(values: Array) -> Array:
    """(..., 3) colours of values in [0, 1]."""
    place = values * (len(_RAMP) - 1)
    low = np.minimum(place.astype(np.int32), len(_RAMP) - 2)
    part = (place - low)[..., None]
    colours: Array = _RAMP[low] * (1 - part) + _RAMP[low + 1] * part
    return colours


def explained(pixels: Array, heat: Array | None, found: Classification, task: str) -> Array:
    """A page, (H, W, 3) uint8: the picture with its heat map, the classes and the legend below.

    pixels: (H, W, 3) uint8; shown with its longer side between 480 and 1600 px.
    heat: None where the model has no map; the picture then stands as it is, and it is said.
    """
    shown = _at_reading_size(pixels)
    if heat is not None:
        shown = heat_over(shown, heat)
    height, width = shown.shape[:2]
    page_width = max(width, _LEAST_PX)
    text_px = max(13, round(page_width / 46))
    line_px = round(1.6 * text_px)
    rows = 1 + _SHOWN
    sheet = Image.new("RGB", (page_width, height + line_px * rows + text_px), _PAPER)
    sheet.paste(Image.fromarray(shown), ((page_width - width) // 2, 0))
    draw = ImageDraw.Draw(sheet)
    _write_classes(draw, found, task, (text_px, height + line_px), text_px, page_width)
    _write_legend(sheet, heat is not None, found, height, text_px)
    return np.asarray(sheet)


def _at_reading_size(pixels: Array) -> Array:
    height, width = pixels.shape[:2]
    if max(height, width) > _MOST_PX:
        return resize(pixels, *fit_max_side(width, height, _MOST_PX))
    if max(height, width) >= _LEAST_PX:
        return pixels
    scale = math.ceil(_LEAST_PX / max(height, width))
    size = width * scale, height * scale
    enlarged: Array = cv2.resize(pixels, size, interpolation=cv2.INTER_NEAREST)
    return enlarged


def headline(found: Classification, task: str) -> str:
    """The class in a few words."""
    if not found.familiar:
        return f"{task}: unlike what the model knows; nearest {in_words(found.label)}"
    return f"{task}: {in_words(found.label)}"


def _write_classes(
    draw: ImageDraw.ImageDraw,
    found: Classification,
    task: str,
    place: tuple[float, float],
    text_px: int,
    page_width: int,
) -> None:
    """The class, and below it the likeliest ones with a bar each."""
    left, y = place
    wide = page_width * 0.56
    text = headline(found, task)
    letter(draw, (left, y), text, size_px=round(1.15 * text_px), colour=_INK, width_px=wide)
    if not found.familiar:  # shares would look like confidence
        return
    colours = colours_of(found.probabilities)
    likeliest = ranked(found)[:_SHOWN]
    names = max(font_of(text_px).getlength(in_words(name)) for name, _ in likeliest)
    bar_left = left + min(names, 0.3 * page_width) + text_px
    bar_width = max(20.0, left + wide - bar_left - 4 * text_px)
    for name, probability in likeliest:
        y += round(1.6 * text_px)
        width_px = bar_left - left - text_px / 2
        letter(draw, (left, y), in_words(name), size_px=text_px, colour=_INK, width_px=width_px)
        box = (bar_left, y - 0.7 * text_px, bar_left + bar_width * probability, y)
        draw.rectangle(box, fill=colours[name])
        end = bar_left + bar_width * probability + text_px / 2
        letter(draw, (end, y), _percent(probability), size_px=text_px, colour=_SOFT)


def _write_legend(
    sheet: Image.Image, has_map: bool, found: Classification, top: int, text_px: int
) -> None:
    """What the colours say, to the right."""
    draw = ImageDraw.Draw(sheet)
    left, right = round(sheet.width * 0.64), sheet.width - text_px
    y = top + round(1.6 * text_px)
    if not has_map:
        text = "this model has no map: colours of the whole decide"
        letter(draw, (left, y), text, size_px=text_px, colour=_SOFT, width_px=right - left)
        return
    text = f"speaks for {in_words(found.label)}"
    letter(draw, (left, y), text, size_px=text_px, colour=_INK, width_px=right - left)
    y += round(0.7 * text_px)
    steps = np.linspace(0, 1, max(2, right - left), dtype=np.float32)
    ramp = np.broadcast_to(_ramp(steps), (text_px, len(steps), 3))
    sheet.paste(Image.fromarray(np.rint(ramp).astype(np.uint8)), (left, y))
    y += round(2.1 * text_px)
    small = round(0.9 * text_px)
    letter(draw, (left, y), "nothing", size_px=small, colour=_SOFT)
    letter(draw, (right, y), "most", size_px=small, colour=_SOFT, anchor="rs")


# Clips.


def explain_clip(
    src: Path,
    dst: Path,
    classifier: Classifier,
    task: str,
    *,
    every_s: float,
    max_pixels: int | None = None,
    overwrite: bool = False,
    on_progress: Callable[[int, int | None], None] | None = None,
    cancel: threading.Event | None = None,
) -> VideoReport:
    """Write a clip with the heat maps of its sampled frames over it, sound and times kept.

    A map stays until the next sample, `every_s` seconds later. Raises what `transform_video` does.
    """
    info = probe(src, max_pixels=max_pixels or MAX_FRAME_PIXELS)
    rate = float(info.rate) if info.rate else _USUAL_FPS
    return transform_video(
        src,
        dst,
        _FrameExplainer(classifier, task, every=max(1, round(rate * every_s))),
        max_pixels=max_pixels or MAX_FRAME_PIXELS,
        overwrite=overwrite,
        on_progress=on_progress,
        cancel=cancel,
    )


class _FrameExplainer:
    """Lays over every frame the map of the newest of those that the classifier has seen."""

    def __init__(self, classifier: Classifier, task: str, *, every: int) -> None:
        self._classifier, self._task, self._every = classifier, task, every
        self._seen = 0
        self._found: Classification | None = None
        self._newest: Array | None = None
        self._shown: Array | None = None

    def __call__(self, frame: Array) -> Array:
        if self._seen % self._every == 0:
            self._found = self._classifier.classify(frame)
            self._newest = None if self._found.map is None else self._found.map()
        self._seen += 1
        assert self._found is not None
        out = frame.copy()
        if self._newest is not None:
            if self._shown is None:
                self._shown = self._newest
            self._shown = self._shown + (self._newest - self._shown) * _FOLLOWS
            out = heat_over(frame, self._shown)
        return _with_caption(out, self._found, self._task)


def _with_caption(frame: Array, found: Classification, task: str) -> Array:
    """The class and its probability on a dark line at the foot of the frame."""
    height, width = frame.shape[:2]
    line_px = min(height, max(16, round(height / 16)))
    foot = frame[height - line_px :].astype(np.float32) * 0.25
    image = Image.fromarray(foot.astype(np.uint8))
    draw = ImageDraw.Draw(image)
    text = headline(found, task)
    if found.familiar:
        text += f" {_percent(found.probabilities[found.label])}"
    text_px = max(8, round(0.6 * line_px))
    place = (text_px, line_px / 2)
    room = max(1, width - 2 * text_px)
    letter(draw, place, text, size_px=text_px, colour=_PAPER, anchor="lm", width_px=room)
    frame[height - line_px :] = np.asarray(image)
    return frame


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"
