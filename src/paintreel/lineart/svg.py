"""Lines as SVG: strokes with their widths along the middle, solid blacks by their rims.

Or every rim, traced by `vtracer`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from os import PathLike

import cv2
import numpy as np

from paintreel.errors import MissingExtra
from paintreel.imaging.arrays import Array
from paintreel.imaging.atomic import write_whole
from paintreel.roughs.bezier import fit_cubics
from paintreel.roughs.corners import smoothed_between_corners
from paintreel.roughs.strokes import Stroke, trace_strokes

__all__ = ["centre_lines", "outlines", "write_svg"]

_INK = 110
_TOLERANCE = 0.35  # of a pixel at 1000 px
_OTHER_WIDTH = 1.25  # a stroke that changes by more than this factor becomes two paths
_SOLID_WIDTHS = 4.5  # ink wider than so many usual lines is an area
_SMOOTH_PX = 1.5
_TRACED_PX, _MOST_ENLARGED = 3000, 3.0


def write_svg(path: str | PathLike[str], text: str, *, overwrite: bool = False) -> None:
    """Write an SVG file, whole or not at all. Raises OutputError."""
    write_whole(path, text.encode(), overwrite=overwrite)


def centre_lines(
    coverage: Array, strokes: Sequence[Stroke] | None = None, *, paper: bool = True
) -> str:
    """The text of an SVG picture of a drawing, (H, W) uint8 coverage.

    strokes  those it was drawn with; None traces them
    paper    whether a white sheet lies below
    """
    height, width = coverage.shape
    solids: list[Array] = []
    if strokes is None:
        areas = _solid_areas(coverage)
        if areas.any():
            solids = list(_rims(areas))
            coverage = np.where(areas > 0, np.uint8(0), coverage)
        strokes = _traced(coverage)
    tolerance_px = _TOLERANCE * max(1.0, max(height, width) / 1000)
    body = []
    if solids:
        rims = "".join(_path(rim, closed=True) for rim in solids)
        body.append(f'<path d="{rims}" stroke="none" fill="#000" fill-rule="evenodd"/>')
    for stroke in strokes:
        body += _paths(stroke, tolerance_px)
    return _document(width, height, body, paper=paper)


def outlines(coverage: Array, *, paper: bool = True) -> str:
    """The text of an SVG picture with the rims of all ink, traced by vtracer.

    Raises MissingExtra without that package.
    """
    try:
        import vtracer
    except ImportError as error:
        raise MissingExtra("tracing outlines", "svg") from error
    _, data = cv2.imencode(".png", np.where(coverage >= _INK, np.uint8(0), np.uint8(255)))
    text = vtracer.convert_raw_image_to_svg(
        data.tobytes(), img_format="png", colormode="binary", mode="spline", filter_speckle=2
    )
    height, width = coverage.shape
    body = [line.strip() for line in text.splitlines() if line.lstrip().startswith("<path")]
    body = [line.replace("<path ", '<path stroke="none" ', 1) for line in body]
    return _document(width, height, body, paper=paper)


def _traced(coverage: Array) -> list[Stroke]:
    """The strokes, in pixels of the drawing, traced where it is so large that lines are wide.

    Half a pixel is a third of a thin line.
    """
    height, width = coverage.shape
    scale = min(_MOST_ENLARGED, _TRACED_PX / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    large = cv2.resize(
        coverage, size, interpolation=cv2.INTER_CUBIC if scale > 1 else cv2.INTER_AREA
    )
    across = np.array([width / size[0], height / size[1]])
    strokes = []
    for stroke in trace_strokes(large, ink=127):
        soft = smoothed_between_corners(stroke, large, _SMOOTH_PX * max(scale, 1.0))
        strokes.append(
            Stroke(soft.points * across, soft.widths * float(across.mean()), soft.closed)
        )
    return strokes


def _document(width: int, height: int, body: Iterable[str], *, paper: bool) -> str:
    sheet = f'<rect width="{width}" height="{height}" fill="#fff"/>\n' if paper else ""
    lines = "\n".join(body)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}">\n{sheet}'
        '<g fill="none" stroke="#000" stroke-linecap="round" stroke-linejoin="round">\n'
        f"{lines}\n</g>\n</svg>\n"
    )


def _paths(stroke: Stroke, tolerance_px: float) -> Iterator[str]:
    """A path for each part of a stroke that has one width."""
    cubics = fit_cubics(stroke.points, tolerance_px, closed=stroke.closed)
    widths = _widths_along(stroke, cubics)
    start = 0
    for end in range(1, len(cubics) + 1):
        here = widths[start:end]
        if end < len(cubics):
            spread = max(widths[end], here.max()) / min(widths[end], here.min())
            if spread < _OTHER_WIDTH:
                continue
        closed = stroke.closed and start == 0 and end == len(cubics)
        curve, width = _path(cubics[start:end], closed=closed), _text(here.mean())
        yield f'<path d="{curve}" stroke-width="{width}"/>'
        start = end


def _widths_along(stroke: Stroke, cubics: Array) -> Array:
    """(M,) the mean width of the stroke over each cubic."""
    points = stroke.points
    ends = [int(np.square(points - cubic[3]).sum(axis=1).argmin()) for cubic in cubics]
    if stroke.closed:
        ends[-1] = len(points)
    cuts = np.maximum.accumulate(np.array([0, *ends]))
    widths = [
        stroke.widths[a : max(b, a + 1)].mean() if a < len(points) else stroke.widths[-1]
        for a, b in pairwise(cuts)
    ]
    return np.array(widths)


def _path(cubics: Array, *, closed: bool) -> str:
    x, y = cubics[0, 0]
    parts = [f"M{_text(x)} {_text(y)}"]
    parts += ["C" + " ".join(_text(v) for v in cubic[1:].ravel()) for cubic in cubics]
    return "".join(parts) + ("Z" if closed else "")


def _text(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _solid_areas(coverage: Array) -> Array:
    """(H, W) uint8: 1 where ink is an area and no line."""
    ink = (coverage >= _INK).astype(np.uint8)
    radius = cv2.distanceTransform(ink, cv2.DIST_L2, 5)
    lines = radius[(radius > 0) & (radius >= cv2.dilate(radius, np.ones((3, 3))))]
    if not lines.size:
        return np.zeros_like(ink)
    least = max(4.0, _SOLID_WIDTHS * float(np.median(lines)))
    core = (radius > least).astype(np.uint8)
    if not core.any():
        return core
    side = 2 * int(least) + 3
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    areas: Array = cv2.bitwise_and(cv2.dilate(core, kernel), ink)
    return areas


def _rims(areas: Array) -> Iterator[Array]:
    found, _ = cv2.findContours(areas, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    for contour in found:
        points = contour[:, 0].astype(np.float64) + 0.5
        if len(points) > 8:
            yield fit_cubics(points, 0.8, closed=True)
