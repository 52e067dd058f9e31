"""The frame of a report: one HTML file that asks the network for nothing."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

import cv2
import numpy as np

from paintreel.errors import PaintreelError
from paintreel.imaging.arrays import split_alpha, to_8bit
from paintreel.imaging.files import read_picture
from paintreel.imaging.geometry import fit_max_side, resize
from paintreel.score.pairing import kind_of

__all__ = ["bullets", "folded", "page", "section", "table", "thumbnail"]

_THUMBNAIL_PX = 240

_STYLE = """
:root { color-scheme: light dark; --ink: #1d1d1f; --paper: #fff; --soft: #6b6b70;
  --line: #d8d8dc; --bar: #7aa2d6; --mark: #c2410c; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e8ea; --paper: #17171a;
  --soft: #a0a0a8; --line: #3a3a40; --bar: #4f7db8; --mark: #f59e6b; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper);
  max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2.2rem; } h3 { font-size: 1rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .25rem .7rem; text-align: right; border-bottom: 1px solid var(--line); }
th:first-child, td:first-child { text-align: left; }
.soft { color: var(--soft); }
.row { display: flex; flex-wrap: wrap; gap: 1.2rem; align-items: flex-end; }
figure { margin: 0; } figcaption { font-size: .85rem; color: var(--soft); max-width: 31rem; }
figure img { max-height: 180px; max-width: 240px; margin-right: .3rem; }
pre { white-space: pre-wrap; font-size: .85rem; }
.bar, .dot { fill: var(--bar); } .dot { opacity: .6; }
.mean { stroke: var(--mark); stroke-width: 2; } .axis { stroke: var(--line); }
svg text { fill: var(--soft); font-size: 11px; }
"""


def page(title: str, subtitle: str, sections: Iterable[str]) -> str:
    """The whole file; `title` and `subtitle` are text, `sections` HTML."""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>"
        f'<h1>{escape(title)}</h1><p class="soft">{escape(subtitle)}</p>'
        + "\n".join(part for part in sections if part)
        + "</body></html>\n"
    )


def section(heading: str, body: str) -> str:
    """A headed part; "" where there is nothing to show."""
    return f"<h2>{escape(heading)}</h2>{body}" if body else ""


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table of text cells; "" without rows."""
    if not rows:
        return ""
    head = "".join(f"<th>{escape(column)}</th>" for column in columns)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    return f'<div class="scroll"><table><tr>{head}</tr>{body}</table></div>'


def bullets(texts: Sequence[str]) -> str:
    """A list of texts; "" for none."""
    return f"<ul>{''.join(f'<li>{escape(text)}</li>' for text in texts)}</ul>" if texts else ""


def folded(heading: str, body: str) -> str:
    """HTML that is shown on a click."""
    return f"<details><summary>{escape(heading)}</summary>{body}</details>" if body else ""


def thumbnail(path: Path, label: str) -> str:
    """A small picture, or the first frame of a clip, inside the page; text where it fails."""
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
    return f'<img alt="{escape(label)}" src="data:image/jpeg;base64,{text}">'


def _first_frame(path: Path) -> np.ndarray:
    from paintreel.media.reader import read_frames

    with read_frames(path) as frames:
        return next(iter(frames)).pixels
