"""Draw docs/images/architecture.svg: the rooms of the package and who imports whom.

python docs/make_architecture.py [--check]

Rooms and arrows are read from the imports of the source. An arrow that follows from others is left
out: where A imports B and B imports C, A's own import of C adds nothing to the picture. With
--check nothing is written, and the exit code is 1 if the drawing is not that of the source.
"""

from __future__ import annotations

import ast
import sys
from html import escape
from pathlib import Path

from made import write_or_check

HERE = Path(__file__).resolve().parent
PACKAGE = HERE.parent / "src" / "paintreel"
DRAWING = HERE / "images" / "architecture.svg"

VERBS = "verbs"
BANDS = (
    ("what people meet", ("cli",)),
    ("what is done", (VERBS, "studio", "learn")),
    ("many machines", ("cluster",)),
    ("files elsewhere, and against files", ("storage", "scoring")),
    ("what verbs show each other", ("emotions", "scenes")),
    ("what verbs share", ("jobs",)),
    ("drawn faces", ("portraits",)),
    ("faces, characters and words", ("faces", "rig", "words")),
    ("models", ("runtime",)),
    ("options", ("options",)),
    ("scenes and measures", ("worlds", "metrics")),
    ("how they are drawn", ("drawing", "roughs")),
    ("sound", ("audio",)),
    ("pictures, clips, figures", ("media", "pictures", "stats")),
    ("pixels and files", ("imaging",)),
    ("", ("errors",)),
)
"""Headings and rooms from the top down; a room imports from lower bands."""
SAYS = {
    "cli": "parse, call, print",
    "learn": "training, the only place of torch; experiments run the verbs",
    "studio": "web app, store, workers",
    "scoring": "pairs, sets, results, pages",
    "cluster": "nodes, tasks, shards of clips",
    "storage": "objects, runs that fetch and put",
    "emotions": "heard in voices, seen in faces",
    "scenes": "asked for, and painted",
    "jobs": "find, place, pair, run",
    "faces": "found, followed, framed",
    "portraits": "a face as a drawn character",
    "options": "what a verb takes, once",
    "runtime": "contract, card, catalogue, model",
    "rig": "who, poses, drawing, motion",
    "worlds": "a rule a category",
    "drawing": "canvas, layers, palettes",
    "metrics": "one measure a function",
    "roughs": "block-in, lines, planes",
    "pictures": "same kind back, strength",
    "stats": "tests, agreement, intervals",
    "audio": "sound as samples, pitch, voice",
    "words": "taxonomy, tendency, turning",
    "media": "frames with their times, sound",
    "imaging": "arrays, colour, safe files",
    "errors": "one exception tree",
}
SMALL = ("notes", "visible", "near_names", "wording", "keywords", "signatures", "callable_package")
"""Files beside the rooms that are too small for a box."""

WIDTH, HEADINGS, BAND, BOX, GAP, LANE = 1200, 150, 96, 50, 44, 14
COLOURS = ("#c2563f", "#b8862b", "#5c8a3c", "#2f8a86", "#3a6fb0", "#7a57a8", "#a84a7d")
PAPER, INK, PALE, EDGE = "#fbf8f2", "#2b2a28", "#8a857a", "#d9d2c3"


def room_of(path: Path) -> str:
    """The room of a file; verbs are one room here, "" is the package itself."""
    first = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    if first.startswith("__") or first in SMALL:
        return ""
    if any(first in rooms for _, rooms in BANDS):
        return first
    if not (PACKAGE / first / "options.py").is_file():
        raise SystemExit(f"{first}/ is no verb and stands in no band of BANDS: give it one")
    return VERBS


def imported_rooms(path: Path) -> set[str]:
    """The rooms that a file imports from, at any depth of its code."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    ours = [name.split(".") for name in names if name.startswith("paintreel.")]
    places = [PACKAGE / parts[1] for parts in ours]
    return {room_of(p) for p in places if p.is_dir() or p.with_suffix(".py").is_file()} - {""}


def read_rooms() -> tuple[dict[str, set[str]], list[str]]:
    """({room: rooms it imports}, names of the verbs)."""
    imports: dict[str, set[str]] = {}
    verbs = set()
    for path in sorted(PACKAGE.rglob("*.py")):
        room = room_of(path)
        if not room:
            continue
        if room == VERBS:
            verbs.add(path.relative_to(PACKAGE).parts[0])
        imports.setdefault(room, set()).update(imported_rooms(path) - {room})
    imports["learn"].discard(VERBS)  # its experiments alone, as its box says
    return imports, sorted(verbs)


def without_implied(imports: dict[str, set[str]]) -> dict[str, set[str]]:
    """Each room's imports less those that one of its other imports leads to."""

    def reached(room: str) -> set[str]:
        return imports[room].union(*(reached(below) for below in imports[room]))

    return {
        room: {b for b in below if not any(b in reached(other) for other in below)}
        for room, below in imports.items()
    }


def place(imports: dict[str, set[str]]) -> tuple[dict[str, tuple[float, float, float]], float]:
    """({room: (left, top, width)} in pixels, height of the drawing)."""
    boxes = {}
    top = 60.0
    for _, rooms in BANDS:
        here = [room for room in rooms if room in imports]
        if not here:
            continue
        widths = [{VERBS: 430.0, "learn": 350.0}.get(room, 230.0) for room in here]
        left = HEADINGS + (WIDTH - HEADINGS - sum(widths) - (len(here) - 1) * GAP) / 2
        for room, width in zip(here, widths, strict=True):
            boxes[room] = (left, top, width)
            left += width + GAP
        top += BAND
    return boxes, top - BAND + BOX + 30


def draw() -> str:
    """The drawing as SVG."""
    imports, verbs = read_rooms()
    boxes, height = place(imports)
    says = {**SAYS, VERBS: "  ".join(verbs)}
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" '
        'font-family="Helvetica, Arial, sans-serif">',
        f'<rect width="{WIDTH}" height="{height:.0f}" fill="{PAPER}"/>',
        f'<text x="40" y="34" font-size="20" font-weight="bold" fill="{INK}">Paintreel: '
        "a room imports downward only</text>",
    ]
    colours = {room: COLOURS[n % len(COLOURS)] for n, room in enumerate(boxes)}
    for heading, rooms in BANDS:
        tops = [boxes[room][1] for room in rooms if room in boxes]
        if tops and heading:
            parts.append(
                f'<text x="40" y="{tops[0] + BOX / 2 + 4:.0f}" font-size="12" '
                f'fill="{PALE}">{escape(heading)}</text>'
            )
    arrows = without_implied(imports)
    lanes = {"left": 0, "right": 0}
    for upper in boxes:
        for lower in sorted(arrows[upper], key=lambda room: (-boxes[room][1], room)):
            parts.append(arrow(upper, lower, boxes, arrows, lanes, colours[upper]))
    for room, (left, top, width) in boxes.items():
        parts.append(
            f'<rect x="{left:.0f}" y="{top:.0f}" width="{width:.0f}" height="{BOX}" rx="7" '
            f'fill="white" stroke="{colours[room]}" stroke-width="1.6"/>'
            f'<text x="{left + width / 2:.0f}" y="{top + 21:.0f}" font-size="15" '
            f'font-weight="bold" text-anchor="middle" fill="{INK}">{room}</text>'
            f'<text x="{left + width / 2:.0f}" y="{top + 39:.0f}" font-size="12" '
            f'text-anchor="middle" fill="{PALE}" xml:space="preserve">{escape(says[room])}</text>'
        )
    return "\n".join([*parts, "</svg>"]) + "\n"


def arrow(
    upper: str,
    lower: str,
    boxes: dict[str, tuple[float, float, float]],
    arrows: dict[str, set[str]],
    lanes: dict[str, int],
    colour: str,
) -> str:
    """A curve from the foot of one box to the head of another, with a point.

    Past other boxes it runs outside of them; `lanes` counts those that do on each side.
    """
    to = sorted(arrows[upper], key=lambda room: (boxes[room][0] + boxes[room][2] / 2, room))
    come = sorted(
        (room for room in boxes if lower in arrows[room]),
        key=lambda room: (boxes[room][0] + boxes[room][2] / 2, room),
    )
    (left, top, width), (into_left, into_top, into_width) = boxes[upper], boxes[lower]
    x0 = left + width * (to.index(lower) + 1) / (len(to) + 1)
    x1 = into_left + into_width * (come.index(upper) + 1) / (len(come) + 1)
    y0, y1 = top + BOX, into_top - 6
    middle = (y0 + y1) / 2
    between = [b for r, b in boxes.items() if top < b[1] < into_top]
    if between:
        leftmost = min(b[0] for b in between)
        rightmost = max(b[0] + b[2] for b in between)
        goes_left = (x0 + x1) / 2 < (leftmost + rightmost) / 2
        side = "left" if goes_left else "right"
        away = GAP / 2 + LANE * lanes[side]
        lanes[side] += 1
        lane = leftmost - away if goes_left else rightmost + away
        bend = BAND - BOX
        path = (
            f"M{x0:.0f},{y0:.0f} C{x0:.0f},{y0 + bend * 0.7:.0f} {lane:.0f},{y0 + bend * 0.3:.0f} "
            f"{lane:.0f},{y0 + bend:.0f} L{lane:.0f},{into_top - bend:.0f} "
            f"C{lane:.0f},{into_top - bend * 0.3:.0f} {x1:.0f},{into_top - bend * 0.7:.0f} "
            f"{x1:.0f},{y1:.0f}"
        )
    else:
        path = f"M{x0:.0f},{y0:.0f} C{x0:.0f},{middle:.0f} {x1:.0f},{middle:.0f} {x1:.0f},{y1:.0f}"
    return (
        f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="1.6" opacity="0.75"/>'
        f'<path d="M{x1 - 4:.0f},{y1 - 2:.0f} L{x1 + 4:.0f},{y1 - 2:.0f} L{x1:.0f},{y1 + 6:.0f} Z" '
        f'fill="{colour}"/>'
    )


if __name__ == "__main__":
    sys.exit(write_or_check({DRAWING: draw()}))
