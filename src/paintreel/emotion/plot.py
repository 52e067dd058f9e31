"""The chart of answers: a strip for each clip and sound, a bar for each picture."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw

from paintreel.emotion.tables import NOTHING, EmotionAnswer
from paintreel.imaging.arrays import Array
from paintreel.pictures.axes import clock_text, round_step
from paintreel.pictures.class_colours import colours_of
from paintreel.pictures.class_strip import ClassStrip, draw_class_strip
from paintreel.pictures.lettering import font_of, letter
from paintreel.pictures.page_colours import EMPTY, INK, PAPER, SOFT
from paintreel.runtime.emotion_timeline import likeliest
from paintreel.runtime.emotions import EMOTIONS
from paintreel.wording import counted

__all__ = ["MOST_CLIPS", "draw_chart"]

MOST_CLIPS = 60
"""Clips, and as many pictures, that one chart shows."""

_WIDTH, _MARGIN = 1600, 56
_RIBBON, _AREA, _TEXT, _SOURCE = 14, 150, 20, 8
_ROW, _BAR = 34, 20
_CLIP = 2 * _TEXT + _RIBBON + _AREA + _SOURCE + 3 * _TEXT
_SOURCES = {"both": INK, "voice": (120, 150, 165), "face": (205, 160, 120)}


def draw_chart(answers: Sequence[EmotionAnswer]) -> Array:
    """The chart, (H, W, 3) uint8.

    Over time the likeliest emotion as a ribbon, below it the share of each, below that a line that
    says from what: voice, face, or both. What says nothing is left empty.
    """
    clips = [a for a in answers if a.found.duration_s][:MOST_CLIPS]
    pictures = [a for a in answers if not a.found.duration_s][:MOST_CLIPS]
    head, foot = 3 * _MARGIN // 2, 3 * _MARGIN
    height = head + len(clips) * _CLIP + len(pictures) * _ROW + foot
    page = Image.new("RGB", (_WIDTH, height), PAPER)
    draw = ImageDraw.Draw(page)
    left_out = len(answers) - len(clips) - len(pictures)
    text = f"emotion: {counted(len(clips) + len(pictures), 'file')}"
    text += f", {left_out} more are not shown" if left_out else ""
    letter(draw, (_MARGIN, _MARGIN), text, size_px=28, colour=INK, width_px=_WIDTH - 2 * _MARGIN)
    y = head
    for answer in clips:
        _draw_clip(page, answer, y)
        y += _CLIP
    for answer in pictures:
        _draw_picture(draw, answer, y)
        y += _ROW
    _write_legend(draw, y + _MARGIN, answers)
    return np.asarray(page)


def _draw_clip(page: Image.Image, answer: EmotionAnswer, top: int) -> None:
    found, width = answer.found, _WIDTH - 2 * _MARGIN
    draw = ImageDraw.Draw(page)
    letter(draw, (_MARGIN, top + _TEXT), answer.path.name, size_px=_TEXT, colour=INK,
           width_px=width)  # fmt: skip
    middles = np.array([time_s for time_s, _ in found.timeline])
    end_s = max(found.duration_s, float(middles[-1]) + 1e-3)
    starts = np.concatenate([[0.0], (middles[1:] + middles[:-1]) / 2])
    shares = np.array([[row.get(name, 0.0) for name in EMOTIONS] for _, row in found.timeline])
    told = shares.sum(1) > 0
    shares[told] /= shares[told].sum(1, keepdims=True)
    shares[~told] = 1 / len(EMOTIONS)
    strip = ClassStrip(EMOTIONS, starts, end_s, shares, told, _runs(told))
    draw_class_strip(
        page,
        strip,
        left=_MARGIN,
        top=top + 2 * _TEXT,
        width=width,
        ribbon_px=_RIBBON,
        area_px=_AREA,
        text_px=_TEXT,
    )
    scale = width / end_s
    edges = np.append(starts, end_s)
    for first, last in _runs(~told):  # no bands where there is nothing to be shared
        left, right = (_MARGIN + edges[i] * scale for i in (first, last))
        upper = top + 2 * _TEXT
        draw.rectangle((left, upper, right, upper + _RIBBON + _AREA), fill=EMPTY)
    y = top + 2 * _TEXT + _RIBBON + _AREA
    ends = np.append(starts[1:], end_s)
    for moment, start_s, stop_s in zip(found.moments, starts, ends, strict=True):
        if colour := _SOURCES.get(moment.source):
            box = (_MARGIN + start_s * scale, y + 2, _MARGIN + stop_s * scale, y + _SOURCE - 2)
            draw.rectangle(box, fill=colour)
    step_s = round_step(end_s / 12)
    for time_s in np.arange(0, end_s, step_s).tolist():
        x = _MARGIN + time_s * scale
        draw.line((x, y + _SOURCE, x, y + _SOURCE + 6), fill=SOFT, width=1)
        text = clock_text(time_s, fine=step_s < 1)
        letter(draw, (x, y + _SOURCE + 28), text, size_px=17, colour=SOFT)


def _runs(told: Array) -> list[tuple[int, int]]:
    """(first, last) of the stretches that say something."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], told.astype(np.int8), [0]])))
    return [(int(a), int(b)) for a, b in edges.reshape(-1, 2)]


def _draw_picture(draw: ImageDraw.ImageDraw, answer: EmotionAnswer, y: int) -> None:
    colours, shares = colours_of(EMOTIONS), answer.found.shares
    left, right = _MARGIN + 440, _WIDTH - _MARGIN - 260
    base = y + _BAR - 4
    letter(draw, (_MARGIN, base), answer.path.name, size_px=_TEXT, colour=INK, width_px=420)
    x = float(left)
    if not shares:
        draw.rectangle((left, y, right, y + _BAR), fill=EMPTY)
    for name, share in shares.items():
        wide = share * (right - left)
        draw.rectangle((x, y, x + wide, y + _BAR), fill=colours[name])
        x += wide
    best = likeliest(shares)
    text = NOTHING if best is None else f"{best} {100 * shares[best]:.0f} %"
    letter(draw, (right + 16, base), text, size_px=_TEXT, colour=SOFT, width_px=244)


def _write_legend(draw: ImageDraw.ImageDraw, y: int, answers: Sequence[EmotionAnswer]) -> None:
    """The emotions that occur, and what the thin line means."""
    colours = colours_of(EMOTIONS)
    present = [n for n in EMOTIONS if any(n in a.found.shares for a in answers)]
    rows = [(name, colours[name]) for name in present]
    rows.append((NOTHING, EMPTY))
    _write_keys(draw, y, rows)
    if any(answer.found.duration_s for answer in answers):
        texts = {"both": "voice and face", "voice": "voice alone", "face": "face alone"}
        _write_keys(draw, y + 2 * _TEXT, [(texts[k], c) for k, c in _SOURCES.items()])


def _write_keys(
    draw: ImageDraw.ImageDraw, y: int, rows: Sequence[tuple[str, tuple[int, int, int]]]
) -> None:
    x = float(_MARGIN)
    for text, colour in rows:
        draw.rectangle((x, y - 14, x + 14, y), fill=colour)
        letter(draw, (x + 22, y), text, size_px=_TEXT, colour=INK)
        x += 54 + font_of(_TEXT).getlength(text)
