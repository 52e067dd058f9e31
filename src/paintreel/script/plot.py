"""The chart of a script: tendency of every line over time, emotions below, scenes above."""

from __future__ import annotations

from collections import Counter

import numpy as np
from PIL import Image, ImageDraw

from paintreel.imaging.arrays import Array
from paintreel.pictures.axes import clock_text, round_step
from paintreel.pictures.class_colours import colours_of, in_words
from paintreel.pictures.class_strip import ClassStrip, draw_class_strip
from paintreel.pictures.lettering import font_of, letter
from paintreel.pictures.page_colours import FAINT, INK, PAPER, SOFT
from paintreel.runtime.emotions import EMOTIONS
from paintreel.script.telling import ScriptFeelings
from paintreel.wording import counted

__all__ = ["draw_script"]

_WIDTH, _MARGIN, _TEXT = 1600, 72, 20
_CURVE, _RIBBON, _AREA, _SCENES = 260, 16, 170, 64
_GOOD, _BAD, _PLAIN = (214, 150, 40), (74, 98, 150), (178, 172, 162)
_LEAST_BAR_PX = 1.5


def draw_script(found: ScriptFeelings, *, title: str) -> Array:
    """The chart, (H, W, 3) uint8.

    title: of the page, where the script has none
    """
    head = 3 * _MARGIN // 2
    height = head + _SCENES + _CURVE + 2 * _TEXT + _RIBBON + _AREA + 4 * _TEXT + _MARGIN
    page = Image.new("RGB", (_WIDTH, height), PAPER)
    draw = ImageDraw.Draw(page)
    lines = counted(len(found.lines), "line")
    text = f"{found.title or title}: {counted(len(found.scenes), 'scene')}, {lines}"
    letter(draw, (_MARGIN, _MARGIN), text, size_px=28, colour=INK, width_px=_WIDTH - 2 * _MARGIN)
    curve_top = head + _SCENES
    _draw_scenes(draw, found, head, curve_top + _CURVE + 2 * _TEXT + _RIBBON + _AREA)
    _draw_tendency(draw, found, curve_top)
    strip_top = curve_top + _CURVE + _TEXT
    draw_class_strip(
        page,
        _strip_of(found),
        left=_MARGIN,
        top=strip_top,
        width=_WIDTH - 2 * _MARGIN,
        ribbon_px=_RIBBON,
        area_px=_AREA,
        text_px=_TEXT,
    )
    _draw_clock(draw, found, strip_top + _RIBBON + _AREA)
    _draw_legend(draw, found, height - _MARGIN)
    return np.asarray(page)


def _x_of(found: ScriptFeelings, time_s: float) -> float:
    start_s = found.lines[0].start_s
    return _MARGIN + (time_s - start_s) * (_WIDTH - 2 * _MARGIN) / (found.duration_s - start_s)


def _draw_scenes(draw: ImageDraw.ImageDraw, found: ScriptFeelings, top: int, bottom: int) -> None:
    """A line where a scene begins, and its heading where there is room for it."""
    edge = float("-inf")
    for number, scene in enumerate(found.scenes, 1):
        left, right = _x_of(found, scene.start_s), _x_of(found, scene.end_s)
        draw.line((left, top + _TEXT, left, bottom), fill=FAINT, width=2)
        heading = scene.heading or (f"scene {number}" if len(found.scenes) > 1 else "")
        room = max(right - left - 12, 0)
        if not heading or left < edge or room < 3 * _TEXT:
            continue
        wide = letter(draw, (left + 6, top + _TEXT), heading, size_px=17, colour=INK, width_px=room)
        said = f"{scene.emotion}, {scene.label}"
        letter(draw, (left + 6, top + 2 * _TEXT), said, size_px=15, colour=SOFT, width_px=room)
        edge = left + wide


def _draw_tendency(draw: ImageDraw.ImageDraw, found: ScriptFeelings, top: int) -> None:
    """A bar a line, up for the good and down for the bad."""
    middle, reach = top + _CURVE / 2, _CURVE / 2 - 6
    for level, text in ((1, "good"), (0, ""), (-1, "bad")):
        y = middle - level * reach
        draw.line((_MARGIN, y, _WIDTH - _MARGIN, y), fill=FAINT if level else SOFT, width=1)
        letter(draw, (_MARGIN - 8, y + 5), text, size_px=15, colour=SOFT, anchor="rs")
    colours = {"positive": _GOOD, "negative": _BAD, "neutral": _PLAIN}
    for told in found.lines:
        feeling = told.feeling
        left, right = _x_of(found, told.start_s), _x_of(found, told.end_s)
        right = max(right - 1, left + _LEAST_BAR_PX)
        if feeling.language is not None:
            draw.line((left, middle, right, middle), fill=SOFT, width=5)
            continue
        y = middle - feeling.tendency * reach
        box = (left, min(y, middle - 1), right, max(y, middle + 1))
        draw.rectangle(box, fill=colours[feeling.label])


def _strip_of(found: ScriptFeelings) -> ClassStrip:
    lines = found.lines
    starts, end = np.array([told.start_s for told in lines]), found.duration_s
    shares = np.array([[told.feeling.emotions[name] for name in EMOTIONS] for told in lines])
    known = np.array([told.feeling.language is None for told in lines])
    order = np.argsort(starts, kind="stable")
    return ClassStrip(EMOTIONS, starts[order], end, shares[order], known[order])


def _draw_clock(draw: ImageDraw.ImageDraw, found: ScriptFeelings, y: int) -> None:
    start_s = found.lines[0].start_s
    step_s = round_step((found.duration_s - start_s) / 12)
    ticks = np.arange(np.ceil(start_s / step_s) * step_s, found.duration_s + 1e-9, step_s)
    for time_s in ticks.tolist():
        x = _x_of(found, time_s)
        draw.line((x, y, x, y + 6), fill=SOFT, width=1)
        letter(draw, (x, y + 28), clock_text(time_s, fine=step_s < 1), size_px=17, colour=SOFT)


def _draw_legend(draw: ImageDraw.ImageDraw, found: ScriptFeelings, y: int) -> None:
    """Every emotion that leads in a line, with its share of the time."""
    seconds: Counter[str] = Counter()
    for told in found.lines:
        if told.feeling.language is None:
            seconds[told.feeling.emotion] += told.end_s - told.start_s  # type: ignore[assignment]
    total, colours = sum(seconds.values()), colours_of(EMOTIONS)
    x = float(_MARGIN)
    for name, own in seconds.most_common():
        share = f"{100 * own / total:.0f} %"
        wide = 30 + font_of(_TEXT).getlength(f"{in_words(name)}  {share}")
        if x + wide > _WIDTH - _MARGIN:
            break
        draw.rectangle((x, y - 14, x + 14, y), fill=colours[name])
        x += 22 + letter(draw, (x + 22, y), in_words(name), size_px=_TEXT, colour=INK) + 8
        x += letter(draw, (x, y), share, size_px=_TEXT, colour=SOFT) + 28
