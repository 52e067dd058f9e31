"""Pages from templates; everything that a user wrote is escaped."""

from __future__ import annotations

import datetime
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.responses import HTMLResponse

from paintreel import __version__
from paintreel.studio.files.names import in_bytes
from paintreel.studio.forms.verbs import OFFERED
from paintreel.studio.web.access import Visitor
from paintreel.visible import visible

__all__ = ["STATIC", "render"]

_HERE = Path(__file__).parent
STATIC = _HERE / "static"


@cache
def _templates() -> Environment:
    made = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,  # pages of one version, whatever is installed beside a running studio
    )
    made.filters["upper_first"] = lambda text: text[:1].upper() + text[1:]
    made.filters |= {"bytes": in_bytes, "ago": _ago, "day": _day, "lasts": _lasts, "plain": visible}
    made.globals["version"] = __version__
    made.globals["verb_title"] = lambda name: OFFERED[name].title if name in OFFERED else name
    made.globals["statics"] = _stamp()
    return made


def _stamp() -> str:
    """Changes when a static file does, so that browsers may keep them."""
    newest = max((path.stat().st_mtime_ns for path in STATIC.iterdir()), default=0)
    return f"{newest:x}"


def render(
    request: Request, template: str, visitor: Visitor | None, *, status: int = 200, **facts: Any
) -> HTMLResponse:
    """A page. `visitor` is who sees it, None for a stranger."""
    now = request.app.state.studio.store.now()
    page = _templates().get_template(template)
    text = page.render(
        visitor=visitor,
        user=None if visitor is None else visitor.user,
        csrf="" if visitor is None else visitor.csrf,
        here=request.url.path,
        now=now,
        **facts,
    )
    return HTMLResponse(text, status)


def _ago(then_s: float, now_s: float) -> str:
    passed = max(0.0, now_s - then_s)
    for name, size in (("day", 86_400), ("hour", 3600), ("minute", 60)):
        if passed >= size:
            count = int(passed // size)
            return f"{count} {name}{'s' if count > 1 else ''} ago"
    return "just now"


def _lasts(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"


def _day(then_s: float) -> str:
    return f"{datetime.datetime.fromtimestamp(then_s, datetime.UTC):%d %b %Y, %H:%M} UTC"
