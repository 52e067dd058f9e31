"""The frame of a report: one HTML file that asks the network for nothing."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from pathlib import Path

import cv2
import numpy as np

from paintreel.errors import PaintreelError
from paintreel.imaging.arrays import Array, split_alpha, to_8bit
from paintreel.imaging.files import read_picture
from paintreel.imaging.geometry import fit_max_side, resize
from paintreel.jobs.find import kind_of
from paintreel.jobs.reports import PAGE_MARK
from paintreel.visible import escape

__all__ = [
    "Cell",
    "bullets",
    "folded",
    "page",
    "part",
    "section",
    "table",
    "thumbnail",
    "verdict_box",
]

Cell = str | tuple[str, str]
"""Text, or text with a smaller line below it."""

_THUMBNAIL_PX = 240

_STYLE = """
:root { color-scheme: light dark; --ink: #1d1d1f; --paper: #fbfaf8; --card: #fff; --soft: #66646b;
  --line: #e0ddd8; --bar: #6f93c4; --mark: #c2410c; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e8ea; --paper: #17171a; --card: #202024;
  --soft: #a0a0a8; --line: #3a3a40; --bar: #6a93cc; --mark: #f59e6b; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper);
  max-width: 72rem; margin: 2.5rem auto; padding: 0 1.2rem; }
h1 { font-size: 1.7rem; line-height: 1.2; margin-bottom: .3rem; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; margin: 2.6rem 0 .8rem; padding-bottom: .3rem;
  border-bottom: 2px solid var(--line); }
h3 { font-size: .95rem; margin: 1.1rem 0 .5rem; }
.soft { color: var(--soft); margin: .1rem 0; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th { color: var(--soft); font-weight: 600; font-size: .85rem; vertical-align: bottom; }
th, td { padding: .3rem .7rem; text-align: right; border-bottom: 1px solid var(--line);
  white-space: nowrap; }
th:first-child, td:first-child { text-align: left; padding-left: .2rem; }
tr:hover td { background: color-mix(in srgb, var(--bar) 10%, transparent); }
td small { display: block; color: var(--soft); font-size: .8rem; line-height: 1.35; }
td:first-child small { white-space: normal; min-width: 17rem; max-width: 30rem; }
th.part { text-align: left; color: var(--ink); padding-top: 1.1rem; font-size: .95rem; }
tr.part:hover td { background: none; }
.verdict { background: var(--card); border: 1px solid var(--line); border-radius: 6px;
  border-left: 5px solid var(--bar); padding: .8rem 1.2rem; margin: 1.4rem 0; }
.verdict p { font-size: 1.1rem; margin: 0; }
.verdict ul { margin: .6rem 0 0; padding-left: 1.2rem; }
.row { display: flex; flex-wrap: wrap; gap: 1rem; align-items: flex-start; }
figure { margin: 0; padding: .7rem; background: var(--card); border: 1px solid var(--line);
  border-radius: 6px; }
figcaption { font-size: .85rem; max-width: 31rem; margin-bottom: .4rem; overflow-wrap: anywhere; }
.shots { display: flex; gap: .4rem; }
.shot { display: flex; flex-direction: column; }
.shot img { max-height: 170px; max-width: 200px; object-fit: contain; border-radius: 3px; }
.shot small { color: var(--soft); font-size: .75rem; margin-top: .15rem; }
details { margin: .35rem 0; } summary { cursor: pointer; }
pre { white-space: pre-wrap; font-size: .85rem; background: var(--card); padding: .7rem 1rem;
  border: 1px solid var(--line); border-radius: 6px; }
.bar, .dot { fill: var(--bar); } .dot { opacity: .75; }
.curve { fill: none; stroke: var(--mark); stroke-width: 1.5; }
.mean { stroke: var(--mark); stroke-width: 2; } .axis { stroke: var(--line); }
svg text { fill: var(--soft); font-size: 11px; }
@media print { body { max-width: none; } figure { break-inside: avoid; } }
"""


def page(title: str, subtitles: Sequence[str], sections: Iterable[str]) -> str:
    """The whole file; `title` and `subtitles` are text, `sections` HTML."""
    lines = "".join(f'<p class="soft">{escape(line)}</p>' for line in subtitles if line)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        + PAGE_MARK
        + '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>"
        f"<h1>{escape(title)}</h1>{lines}"
        + "\n".join(part for part in sections if part)
        + "</body></html>\n"
    )


def section(heading: str, body: str) -> str:
    """A headed part; "" where there is nothing to show."""
    return f"<h2>{escape(heading)}</h2>{body}" if body else ""


def part(heading: str, body: str) -> str:
    """A part of a section under a smaller heading; "" where there is nothing to show."""
    return f"<h3>{escape(heading)}</h3>{body}" if body else ""


def table(columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> str:
    """A table of text cells; "" without rows. A row of one cell heads those after it."""
    if not rows:
        return ""
    head = "".join(f"<th>{escape(column)}</th>" for column in columns)
    body = "".join(_row(row, len(columns)) for row in rows)
    return f'<div class="scroll"><table><tr>{head}</tr>{body}</table></div>'


def _row(cells: Sequence[Cell], columns: int) -> str:
    if len(cells) == 1 < columns:
        return f'<tr class="part"><th class="part" colspan="{columns}">{_cell(cells[0])}</th></tr>'
    return "<tr>" + "".join(f"<td>{_cell(cell)}</td>" for cell in cells) + "</tr>"


def _cell(cell: Cell) -> str:
    if isinstance(cell, str):
        return escape(cell)
    text, below = cell
    return escape(text) + f"<small>{escape(below)}</small>" * bool(below)


def verdict_box(sentence: str, details: Sequence[str]) -> str:
    """What the report has to say, before anything else."""
    return f'<div class="verdict"><p>{escape(sentence)}</p>{bullets(details)}</div>'


def bullets(texts: Sequence[str]) -> str:
    """A list of texts; "" for none."""
    return f"<ul>{''.join(f'<li>{escape(text)}</li>' for text in texts)}</ul>" if texts else ""


def folded(heading: str, body: str, *, open: bool = False) -> str:
    """HTML that is shown on a click, or hidden by one where it is `open`; "" for nothing."""
    if not body:
        return ""
    start = "<details open>" if open else "<details>"
    return f"{start}<summary>{escape(heading)}</summary>{body}</details>"


def thumbnail(path: Path, label: str) -> str:
    """A small picture over its label, or the first frame of a clip; text where it fails."""
    try:
        pixels = _first_frame(path) if kind_of(path) == "clip" else read_picture(path).pixels
    except (PaintreelError, OSError) as error:
        return f'<span class="soft">{escape(label)}: {escape(str(error))}</span>'
    rgb = to_8bit(split_alpha(pixels)[0])
    height, width = rgb.shape[:2]
    small = resize(rgb, *fit_max_side(width, height, _THUMBNAIL_PX))
    bgr = np.ascontiguousarray(small[..., ::-1])
    _, data = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, 82])
    text = base64.b64encode(data.tobytes()).decode("ascii")
    return (
        f'<span class="shot"><img alt="{escape(label)}" src="data:image/jpeg;base64,{text}">'
        f"<small>{escape(label)}</small></span>"
    )


def _first_frame(path: Path) -> Array:
    from paintreel.media.reader import read_frames

    with read_frames(path) as frames:
        return next(iter(frames)).pixels
