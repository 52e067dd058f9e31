"""The colour script on one page: thumbnails, the colours of the whole film, and the mood line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from paintreel.imaging.arrays import Array
from paintreel.imaging.colour import lab_to_rgb
from paintreel.imaging.geometry import resize
from paintreel.pictures.axes import clock_text, round_step
from paintreel.pictures.bands import columns_of, stacked_bands
from paintreel.pictures.class_colours import UNKNOWN, colours_of, in_words
from paintreel.pictures.class_strip import ClassStrip, draw_class_ribbon, draw_class_strip
from paintreel.pictures.lettering import font_of, letter
from paintreel.pictures.page_colours import INK, PAPER, SOFT
from paintreel.runtime.findings import UNFAMILIAR, said
from paintreel.sheet.groups import Group, chosen, grouped
from paintreel.sheet.layout import Layout, ThumbnailPlace, lay_out
from paintreel.sheet.moments import SheetMoment
from paintreel.wording import counted

__all__ = ["MOOD", "draw_page"]

MOOD = "mood"
"""The task behind the mood line, on every sheet."""

_HAIR = (214, 209, 200)
_ASPECTS = (0.5, 2.6)
_BETWEEN = 0.025
"""Paper between a picture and what was made of it, of its height."""

_LEGIBLE = 0.5
"""Smaller captions are left out."""


def draw_page(
    moments: Sequence[SheetMoment], *, by: str, title: str, count: int, width_px: int
) -> Array:
    """The page, (H, W, 3) uint8, A4 across.

    moments  in the order of the film, each with what is found for "mood", and for "scene" where
             `by` is that
    by       "time", "mood", "scene" or "palette"
    count    most thumbnails
    """
    groups = chosen(grouped(moments, by), count)
    shown = [moment for group in groups for moment in group.moments]
    sizes = [_shown_picture(moment).shape for moment in shown[:60]]
    aspect = float(np.clip(np.median([w / h for h, w, _ in sizes]), *_ASPECTS))
    layout = lay_out(groups, aspect, width_px)
    page = Image.new("RGB", (layout.width, layout.height), PAPER)
    draw = ImageDraw.Draw(page)
    _write_head(draw, layout, title, moments, len(shown), by)
    fine = float(np.median([moment.span for moment in shown])) < 1
    for group, places in zip(groups, layout.places, strict=True):
        if group.heading:
            _write_heading(draw, layout, group, places)
        for moment, cell in zip(group.moments, places, strict=True):
            _draw_cell(page, draw, layout, moment, cell, fine=fine)
    _draw_script(page, layout, moments)
    _draw_mood(page, layout, moments)
    _write_axis(draw, layout, moments)
    _write_legend(draw, layout, moments)
    return np.asarray(page)


# Above: the title, and the thumbnails.


def _write_head(
    draw: ImageDraw.ImageDraw,
    layout: Layout,
    title: str,
    moments: Sequence[SheetMoment],
    shown: int,
    by: str,
) -> None:
    left, right = layout.margin, layout.width - layout.margin
    y = layout.margin + layout.px(60)
    size_px = layout.px(92)
    letter(draw, (left, y), title, size_px=size_px, colour=INK, width_px=right - left)
    y += layout.px(78)
    order = {"time": "in order", "palette": "by colour"}.get(by, f"by {by}")
    parts = [_length_text(moments)]
    parts.append(f"{shown:,} of {len(moments):,} shown" if shown < len(moments) else "all shown")
    parts.append(order)
    if moments[0].after is not None:
        parts.append("above as it was, below what was made of it")
    text = "  ·  ".join(parts)
    letter(draw, (left, y), text, size_px=layout.px(42), colour=SOFT, width_px=right - left)
    rule = y + layout.px(30)
    draw.line((left, rule, right, rule), fill=_HAIR, width=layout.px(3))


def _length_text(moments: Sequence[SheetMoment]) -> str:
    film_s = sum(moment.span for moment in moments if moment.time_s is not None)
    clips = len({moment.source for moment in moments if moment.time_s is not None})
    shots = len({(moment.source, moment.shot) for moment in moments if moment.time_s is not None})
    pictures = sum(1 for moment in moments if moment.time_s is None)
    parts = [counted(pictures, "picture")] if pictures else []
    if clips:
        several = f"{clips} clips, " if clips > 1 else ""
        cuts = f", {counted(shots, 'shot')}" if shots > clips else ""
        parts.append(f"{several}{clock_text(film_s)}{cuts}")
    return " and ".join(parts)


def _write_heading(
    draw: ImageDraw.ImageDraw, layout: Layout, group: Group, places: Sequence[ThumbnailPlace]
) -> None:
    """A rule in the colour of the group above its thumbnails, and its name on the first."""
    for top, row in groupby(places, key=lambda place: place.top):
        in_row = list(row)
        rule = top - layout.cell_px(14)
        left, right = in_row[0].left, in_row[-1].left + in_row[-1].width
        draw.rectangle((left, rule - layout.cell_px(6), right, rule), fill=group.colour)
        if top != places[0].top:
            continue
        left_out = f"{len(group.moments)} of " if len(group.moments) < group.total else ""
        count = f"{left_out}{group.total}"
        room = right - left
        size_px = layout.cell_px(42)
        beside = font_of(layout.cell_px(32)).getlength(count) + layout.cell_px(14)
        y = rule - layout.cell_px(22)
        name_px = max(room - beside, 0.7 * room)
        wide = letter(draw, (left, y), group.heading, size_px=size_px, colour=INK, width_px=name_px)
        if wide + beside <= room:
            x = left + wide + layout.cell_px(14)
            letter(draw, (x, y), count, size_px=layout.cell_px(32), colour=SOFT)


def _draw_cell(
    page: Image.Image,
    draw: ImageDraw.ImageDraw,
    layout: Layout,
    moment: SheetMoment,
    cell: ThumbnailPlace,
    *,
    fine: bool,
) -> None:
    """The whole picture, its colours below, and the caption; fine: times with tenths."""
    picture = _shown_picture(moment)
    height, width = picture.shape[:2]
    scale = min(cell.width / width, cell.height / height)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = Image.fromarray(np.ascontiguousarray(resize(picture, *size)))
    left = cell.left + (cell.width - size[0]) // 2
    page.paste(small, (left, cell.top + cell.height - size[1]))
    y = cell.top + cell.height + layout.cell_px(5)
    shown = [moment] if moment.after is None else [moment, moment.after]
    for place, each in enumerate(shown):
        swatches = stacked_bands(
            each.palette.share[None], _swatch_colours(each)[None], max(1, cell.width)
        )
        deep = max(1, layout.cell_px(24) // len(shown))
        strip = np.repeat(swatches.transpose(1, 0, 2), deep, axis=0)
        page.paste(Image.fromarray(np.ascontiguousarray(strip)), (cell.left, y + place * deep))
    if layout.scale < _LEGIBLE:
        return
    y += layout.cell_px(24 + 38)
    size_px = layout.cell_px(30)
    found = shown[-1].found[MOOD]
    name = in_words(said(found))
    right = cell.left + cell.width
    room = cell.width
    if (wide := font_of(size_px).getlength(name)) < 0.55 * cell.width:
        colour = colours_of(found.probabilities)[found.label] if found.familiar else UNKNOWN
        dot = layout.cell_px(18)
        letter(draw, (right, y), name, size_px=size_px, colour=SOFT, anchor="rs")
        edge = right - wide - layout.cell_px(12)
        draw.ellipse(
            (edge - dot, y - dot - layout.cell_px(2), edge, y - layout.cell_px(2)), fill=colour
        )
        room = round(edge - dot - layout.cell_px(14) - cell.left)
    text = moment.source.stem
    if moment.time_s is not None:
        text = clock_text(moment.time_s, fine=fine)
    letter(draw, (cell.left, y), text, size_px=size_px, colour=INK, width_px=room)


def _shown_picture(moment: SheetMoment) -> Array:
    """(h, w, 3) uint8: the thumbnail, above that of what was made of it where there is one."""
    picture = moment.thumbnail()
    if moment.after is None:
        return picture
    height, width = picture.shape[:2]
    below = resize(moment.after.thumbnail(), width, height)
    gap = np.full((max(1, round(_BETWEEN * height)), width, 3), PAPER, np.uint8)
    return np.concatenate([picture, gap, below])


def _swatch_colours(moment: SheetMoment) -> Array:
    """(K, 3) in 0 to 255."""
    return lab_to_rgb(moment.palette.lab) * 255


# Below: the whole film from left to right.


def _starts(moments: Sequence[SheetMoment]) -> tuple[Array, float]:
    """(where each moment begins, where the last ends), in seconds or pictures."""
    ends = np.cumsum([moment.span for moment in moments])
    return np.concatenate([[0.0], ends[:-1]]), float(ends[-1])


def _columns(layout: Layout, moments: Sequence[SheetMoment]) -> Array:
    return columns_of(*_starts(moments), layout.width - 2 * layout.margin)


def _draw_script(page: Image.Image, layout: Layout, moments: Sequence[SheetMoment]) -> None:
    """The colours of the film: every moment a stack of its swatches, light above dark."""
    top, height = layout.script
    after = [moment.after for moment in moments if moment.after is not None]
    if len(after) != len(moments):
        _draw_band(page, layout, moments, moments, top, height)
        return
    gap = layout.px(10)
    half = max(1, (height - gap) // 2)
    _draw_band(page, layout, moments, moments, top, half)
    _draw_band(page, layout, moments, after, top + half + gap, half)


def _draw_band(
    page: Image.Image,
    layout: Layout,
    moments: Sequence[SheetMoment],
    shown: Sequence[SheetMoment],
    top: int,
    height: int,
) -> None:
    """The swatches of `shown`, which stand where `moments` do."""
    count = max(len(moment.palette.share) for moment in shown)
    shares = np.zeros((len(shown), count))
    colours = np.zeros((len(shown), count, 3))
    for i, moment in enumerate(shown):
        own = len(moment.palette.share)
        shares[i, :own], colours[i, :own] = moment.palette.share, _swatch_colours(moment)
    columns = _columns(layout, moments)
    band = stacked_bands(shares[columns], colours[columns], height)
    page.paste(Image.fromarray(band), (layout.margin, top))


def _draw_mood(page: Image.Image, layout: Layout, moments: Sequence[SheetMoment]) -> None:
    """A ribbon of the likeliest feeling, and below it the share of every one.

    Where something was made of the moments, a ribbon of what they were stands above.
    """
    left, width = layout.margin, layout.width - 2 * layout.margin
    (top, ribbon), area = layout.ribbon, layout.mood[1]
    if moments[0].after is not None:
        before = _mood_strip(moments, moments)
        draw_class_ribbon(page, before, left=left, top=top, width=width, height=ribbon)
        down = ribbon + layout.px(8)
        top, area = top + down, area - down
    draw_class_strip(
        page,
        _mood_strip(moments, [moment.after or moment for moment in moments]),
        left=left,
        top=top,
        width=width,
        ribbon_px=ribbon,
        area_px=area,
        text_px=layout.px(36),
    )


def _mood_strip(moments: Sequence[SheetMoment], shown: Sequence[SheetMoment]) -> ClassStrip:
    """The feelings of `shown`, which stand where `moments` do."""
    labels = list(shown[0].found[MOOD].probabilities)
    starts, end = _starts(moments)
    found = [moment.found[MOOD] for moment in shown]
    return ClassStrip(
        labels=labels,
        starts=starts,
        end=end,
        shares=np.array([[each.probabilities[label] for label in labels] for each in found]),
        familiar=np.array([each.familiar for each in found]),
        flows=_shots(moments),
    )


def _shots(moments: Sequence[SheetMoment]) -> list[tuple[int, int]]:
    """(first, last) of the moments of every shot of a clip: at a cut nothing flows."""
    shots = []
    first = 0
    for _, run in groupby(moments, key=lambda moment: (moment.source, moment.shot)):
        last = first + len(list(run))
        if moments[first].time_s is not None:
            shots.append((first, last))
        first = last
    return shots


def _write_axis(draw: ImageDraw.ImageDraw, layout: Layout, moments: Sequence[SheetMoment]) -> None:
    """Times of a clip; of several files their names; of pictures their numbers."""
    starts, end = _starts(moments)
    scale = (layout.width - 2 * layout.margin) / end
    y = layout.mood[0] + layout.mood[1]
    size_px, right = layout.px(34), layout.width - layout.margin
    last_x = -1e9
    for value, text in _ticks(moments, starts, end):
        x = layout.margin + value * scale
        draw.line((x, y, x, y + layout.px(14)), fill=SOFT, width=layout.px(3))
        # At the right edge it stands left of its tick: half of a number is another number.
        left = min(x, right - font_of(size_px).getlength(text))
        if left < last_x + layout.px(20):
            left = x
        if left > last_x + layout.px(20):
            place = (left, y + layout.px(50))
            room = max(right - left, layout.px(60))
            last_x = left + letter(draw, place, text, size_px=size_px, colour=SOFT, width_px=room)


def _ticks(moments: Sequence[SheetMoment], starts: Array, end: float) -> list[tuple[float, str]]:
    sources = [moment.source for moment in moments]
    if all(moment.time_s is None for moment in moments):
        step = max(1, round(round_step(len(moments) / 12)))
        return [(float(i), str(i + 1)) for i in range(0, len(moments), step)]
    if len(set(sources)) == 1:
        step_s = round_step(end / 12)
        fine = step_s < 1
        return [(t, clock_text(t, fine=fine)) for t in np.arange(0, end, step_s).tolist()]
    return [
        (float(starts[i]), Path(source).stem)
        for i, source in enumerate(sources)
        if i == 0 or source != sources[i - 1]
    ]


def _write_legend(
    draw: ImageDraw.ImageDraw, layout: Layout, moments: Sequence[SheetMoment]
) -> None:
    """Every feeling with its share of the film, before and after where there are both."""
    sums = [_spans(moments, moments)]
    if moments[0].after is not None:
        sums.append(_spans(moments, [moment.after or moment for moment in moments]))
    labels = list(moments[0].found[MOOD].probabilities)
    colours = colours_of(labels)
    x, y, size_px = float(layout.margin), layout.legend, layout.px(38)
    side = layout.px(26)
    rows = [(in_words(label), colours[label], label) for label in labels]
    if any(UNFAMILIAR in spans for spans in sums):
        rows.append((UNFAMILIAR, UNKNOWN, UNFAMILIAR))
    for text, colour, label in rows:
        draw.rectangle((x, y - side, x + side, y), fill=colour)
        x += side + layout.px(14)
        x += letter(draw, (x, y), text, size_px=size_px, colour=INK) + layout.px(14)
        shares = [100 * spans.get(label, 0.0) / sum(spans.values()) for spans in sums]
        share = f"{' to '.join(dict.fromkeys(f'{each:.0f}' for each in shares))} %"
        x += letter(draw, (x, y), share, size_px=size_px, colour=SOFT) + layout.px(64)


def _spans(moments: Sequence[SheetMoment], shown: Sequence[SheetMoment]) -> dict[str, float]:
    """How long every feeling of `shown` is there, which stand where `moments` do."""
    spans: defaultdict[str, float] = defaultdict(float)
    for moment, each in zip(moments, shown, strict=True):
        spans[said(each.found[MOOD])] += moment.span
    return spans
