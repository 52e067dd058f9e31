"""The chart of answers: clips over their time, pictures side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw

from paintreel.classify.tables import Answer
from paintreel.imaging.arrays import Array
from paintreel.pictures.axes import clock_text, round_step
from paintreel.pictures.class_colours import UNKNOWN, colours_of, in_words
from paintreel.pictures.class_strip import ClassStrip, draw_class_strip
from paintreel.pictures.lettering import font_of, letter
from paintreel.pictures.page_colours import INK, PAPER, SOFT
from paintreel.runtime.classifiers import Classification
from paintreel.runtime.findings import UNFAMILIAR, ClipClassification, ranked, said

__all__ = ["MOST_CLIPS", "draw_chart"]

MOST_CLIPS = 60
"""Clips that one chart shows."""

_WIDTH, _MARGIN = 1600, 56
_RIBBON, _AREA, _TEXT = 14, 150, 20
_ROW, _BAR, _NAMED_PICTURES = 34, 20, 40


def draw_chart(answers: Sequence[Answer], *, task: str, labels: Sequence[str]) -> Array:
    """The chart, (H, W, 3) uint8.

    A strip for each of the first `MOST_CLIPS` clips; of up to 40 pictures a bar each, of more a
    strip of them all in their order. Below, the classes with their share.
    """
    clips = [a for a in answers if isinstance(a.found, ClipClassification)]
    pictures = [a for a in answers if not isinstance(a.found, ClipClassification)]
    blocks: list[_Block] = [_ClipBlock(answer, labels) for answer in clips[:MOST_CLIPS]]
    if 0 < len(pictures) <= _NAMED_PICTURES:
        blocks.append(_BarBlock(pictures, labels))
    elif pictures:
        blocks.append(_PicturesBlock(pictures, labels))
    head, foot = 3 * _MARGIN // 2, 2 * _MARGIN
    height = head + sum(block.height for block in blocks) + foot
    page = Image.new("RGB", (_WIDTH, height), PAPER)
    draw = ImageDraw.Draw(page)
    text = f"{task}: {_count_text(len(pictures), 'picture')}{_joined(pictures, clips)}"
    letter(draw, (_MARGIN, _MARGIN), text, size_px=28, colour=INK, width_px=_WIDTH - 2 * _MARGIN)
    y = head
    for block in blocks:
        block.draw(page, y)
        y += block.height
    _write_legend(draw, y + _MARGIN, answers, labels)
    return np.asarray(page)


def _joined(pictures: Sequence[Answer], clips: Sequence[Answer]) -> str:
    both = " and " if pictures and clips else ""
    left_out = f", the first {MOST_CLIPS} shown" if len(clips) > MOST_CLIPS else ""
    return f"{both}{_count_text(len(clips), 'clip')}{left_out}"


def _count_text(count: int, what: str) -> str:
    return f"{count} {what}{'s' * (count != 1)}" if count else ""


class _Block:
    """A part of the chart; drawn at a height, as wide as the page."""

    height = 0

    def draw(self, page: Image.Image, top: int) -> None:
        raise NotImplementedError


class _ClipBlock(_Block):
    """A clip over its time."""

    height = 2 * _TEXT + _RIBBON + _AREA + 3 * _TEXT

    def __init__(self, answer: Answer, labels: Sequence[str]) -> None:
        assert isinstance(answer.found, ClipClassification)
        self._name, self._clip, self._labels = answer.path.name, answer.found, labels

    def draw(self, page: Image.Image, top: int) -> None:
        draw = ImageDraw.Draw(page)
        clip, width = self._clip, _WIDTH - 2 * _MARGIN
        name = self._name
        letter(draw, (_MARGIN, top + _TEXT), name, size_px=_TEXT, colour=INK, width_px=width)
        starts = np.array([time_s for time_s, _ in clip.moments])
        end_s = max(clip.duration_s, float(starts[-1]) + 1e-3)
        found = [moment for _, moment in clip.moments]
        strip = _strip_of(found, self._labels, starts, end_s, flows=[(0, len(found))])
        _draw_strip(page, strip, top + 2 * _TEXT)
        scale = width / (end_s - float(starts[0]))
        step_s = round_step((end_s - float(starts[0])) / 12)
        ticks = np.arange(np.ceil(float(starts[0]) / step_s) * step_s, end_s, step_s)
        y = top + 2 * _TEXT + _RIBBON + _AREA
        for time_s in ticks.tolist():
            x = _MARGIN + (time_s - float(starts[0])) * scale
            _write_tick(draw, x, y, clock_text(time_s, fine=step_s < 1))


class _PicturesBlock(_Block):
    """Many pictures side by side."""

    height = _RIBBON + _AREA + 3 * _TEXT

    def __init__(self, answers: Sequence[Answer], labels: Sequence[str]) -> None:
        self._found, self._labels = [_plain(answer) for answer in answers], labels

    def draw(self, page: Image.Image, top: int) -> None:
        draw, count = ImageDraw.Draw(page), len(self._found)
        strip = _strip_of(self._found, self._labels, np.arange(count, dtype=float), float(count))
        _draw_strip(page, strip, top)
        step = max(1, round(round_step(count / 12)))
        for i in range(0, count, step):
            x = _MARGIN + (i + 0.5) * (_WIDTH - 2 * _MARGIN) / count
            _write_tick(draw, x, top + _RIBBON + _AREA, str(i + 1))


class _BarBlock(_Block):
    """A few pictures, each a bar of its probabilities."""

    def __init__(self, answers: Sequence[Answer], labels: Sequence[str]) -> None:
        self._answers, self._labels = answers, labels
        self.height = _ROW * len(answers) + _TEXT

    def draw(self, page: Image.Image, top: int) -> None:
        draw, colours = ImageDraw.Draw(page), colours_of(self._labels)
        left, right = _MARGIN + 440, _WIDTH - _MARGIN - 260
        for row, answer in enumerate(self._answers):
            found, y = _plain(answer), top + row * _ROW
            base = y + _BAR - 4
            name = answer.path.name
            letter(draw, (_MARGIN, base), name, size_px=_TEXT, colour=INK, width_px=420)
            x = float(left)
            for label in self._labels:
                wide = found.probabilities[label] * (right - left)
                colour = colours[label] if found.familiar else UNKNOWN
                draw.rectangle((x, y, x + wide, y + _BAR), fill=colour)
                x += wide
            text = in_words(said(found))
            if found.familiar:
                text += f" {100 * ranked(found)[0][1]:.0f} %"
            letter(draw, (right + 16, base), text, size_px=_TEXT, colour=SOFT, width_px=244)


def _plain(answer: Answer) -> Classification:
    assert isinstance(answer.found, Classification)
    return answer.found


def _strip_of(
    found: Sequence[Classification],
    labels: Sequence[str],
    starts: Array,
    end: float,
    flows: Sequence[tuple[int, int]] = (),
) -> ClassStrip:
    shares = np.array([[each.probabilities[label] for label in labels] for each in found])
    familiar = np.array([each.familiar for each in found])
    return ClassStrip(labels, starts, end, shares, familiar, flows)


def _draw_strip(page: Image.Image, strip: ClassStrip, top: int) -> None:
    draw_class_strip(
        page,
        strip,
        left=_MARGIN,
        top=top,
        width=_WIDTH - 2 * _MARGIN,
        ribbon_px=_RIBBON,
        area_px=_AREA,
        text_px=_TEXT,
    )


def _write_tick(draw: ImageDraw.ImageDraw, x: float, y: int, text: str) -> None:
    draw.line((x, y, x, y + 6), fill=SOFT, width=1)
    letter(draw, (x, y + 28), text, size_px=17, colour=SOFT)


def _write_legend(
    draw: ImageDraw.ImageDraw, y: int, answers: Sequence[Answer], labels: Sequence[str]
) -> None:
    """Every class with its share: of pictures each counts as one, of clips each moment a part."""
    counts: Counter[str] = Counter()
    for answer in answers:
        if isinstance(answer.found, ClipClassification):
            counts.update(answer.found.shares)
        else:
            counts[said(answer.found)] += 1
    total = sum(counts.values())
    colours = colours_of(labels)
    rows = [(in_words(label), colours[label], counts[label]) for label in labels]
    if counts[UNFAMILIAR]:
        rows.append((UNFAMILIAR, UNKNOWN, counts[UNFAMILIAR]))
    x = float(_MARGIN)
    for text, colour, count in rows:
        share = f"{100 * count / total:.0f} %"
        wide = 30 + font_of(_TEXT).getlength(f"{text}  {share}")
        if x > _MARGIN and x + wide > _WIDTH - _MARGIN:
            x, y = float(_MARGIN), y + _TEXT + 8
        draw.rectangle((x, y - 14, x + 14, y), fill=colour)
        x += 22 + letter(draw, (x + 22, y), text, size_px=_TEXT, colour=INK) + 8
        x += letter(draw, (x, y), share, size_px=_TEXT, colour=SOFT) + 28
