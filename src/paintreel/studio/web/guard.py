"""What every answer carries, what no request exceeds, and a line of log for each."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from paintreel.studio.logs import logged
from paintreel.studio.web.metrics import WebMetrics

__all__ = ["Guard"]

_LOG = logging.getLogger("paintreel.studio.web")
_MOST_BODY_BYTES = 4 * 2**20
_TOO_LARGE = "the request is larger than 4 MB; send files as uploads"
_STREAMED = re.compile(r"/api/v1/uploads/[^/]+")
"""The one path whose `PATCH` takes more: it counts for itself."""
_NO_FORMS = "forms with files are not taken; send files as uploads"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
    "media-src 'self' blob:; connect-src 'self'; font-src 'self'; manifest-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=()",
}


class Guard:
    """Around the whole app. is_secure: browsers come by TLS and shall go on so."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        is_secure: bool,
        metrics: WebMetrics,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._app, self._is_secure, self._metrics, self._clock = app, is_secure, metrics, clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request on, and its answer back."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began_s, status = self._clock(), 500
        is_upload = scope["method"] == "PATCH" and _STREAMED.fullmatch(scope["path"]) is not None
        kind = dict(scope["headers"]).get(b"content-type", b"")
        has_files = kind.lower().lstrip().startswith(b"multipart/")  # would be kept on the disk
        count = 0

        async def counted() -> Message:
            nonlocal count
            message = await receive()
            if message["type"] == "http.request" and has_files:
                raise HTTPException(415, _NO_FORMS)
            if message["type"] == "http.request" and not is_upload:
                count += len(message.get("body", b""))
                if count > _MOST_BODY_BYTES:
                    raise HTTPException(413, _TOO_LARGE)
            return message

        async def sent(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                if self._is_secure:
                    headers["strict-transport-security"] = "max-age=31536000"
                if "cache-control" not in headers:
                    headers["cache-control"] = "no-store"
            await send(message)

        try:
            await self._app(scope, counted, sent)
        finally:
            taken_s = self._clock() - began_s
            route = scope.get("route")
            path = getattr(route, "path", "other")
            self._metrics.request(scope["method"], path, status, taken_s)
            facts = {"path": path, "status": status, "ms": round(taken_s * 1000, 1)}
            level = logging.WARNING if status >= 500 else logging.DEBUG
            logged(_LOG, level, "request", method=scope["method"], **facts)
