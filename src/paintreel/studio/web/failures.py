"""Errors as answers: JSON for programs, a page for people."""

from __future__ import annotations

import logging
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, RedirectResponse, Response

from paintreel.errors import InputError, PaintreelError
from paintreel.studio.accounts.signing_in import TooManyAttempts
from paintreel.studio.files.uploads import UploadConflict, UploadTooLarge
from paintreel.studio.logs import logged
from paintreel.studio.store.database import StoreBusy, StoreFull
from paintreel.studio.web.access import SignInNeeded
from paintreel.studio.web.feed import TooManyStreams
from paintreel.studio.web.rendering import render
from paintreel.studio.work.jobs import KeyReused

__all__ = ["add_failures"]

_LOG = logging.getLogger("paintreel.studio.web")
_STATUS: tuple[tuple[type[PaintreelError], int], ...] = (
    (UploadTooLarge, 413),
    (UploadConflict, 409),
    (StoreBusy, 503),
    (StoreFull, 507),
    (TooManyAttempts, 429),
    (TooManyStreams, 429),
    (KeyReused, 422),
    (InputError, 422),
)


def add_failures(app: FastAPI) -> None:
    """Let the app answer errors."""

    async def ours(request: Request, error: Exception) -> Response:
        assert isinstance(error, PaintreelError)
        status = next((code for kind, code in _STATUS if isinstance(error, kind)), 400)
        headers = {}
        if isinstance(error, StoreBusy):
            headers["retry-after"] = "2"
        if isinstance(error, TooManyAttempts):
            headers["retry-after"] = str(round(error.wait_s))
        return _answer(request, status, str(error), headers)

    async def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        if isinstance(error, SignInNeeded) and not _is_api(request):
            return RedirectResponse("/sign-in", 303)
        detail = "there is no such page" if error.detail == "Not Found" else str(error.detail)
        return _answer(request, error.status_code, detail, dict(error.headers or {}))

    async def invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return _answer(request, 422, _in_words(error), {})

    async def unexpected(request: Request, error: Exception) -> Response:
        logged(_LOG, logging.ERROR, "unexpected", kind=type(error).__name__, path=request.url.path)
        return _answer(request, 500, "something went wrong here; it is in the log", {})

    app.add_exception_handler(PaintreelError, ours)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(Exception, unexpected)


def _in_words(error: RequestValidationError) -> str:
    parts = []
    for each in list(error.errors())[:5]:
        place = ".".join(str(part) for part in each.get("loc", ()))
        parts.append(f"{place}: {each.get('msg', 'invalid')}")
    return "; ".join(parts) or "the request is not as expected"


def _is_api(request: Request) -> bool:
    return request.url.path.startswith(("/api/", "/metrics", "/healthz", "/readyz", "/files/"))


def _answer(request: Request, status: int, text: str, headers: dict[str, Any]) -> Response:
    if status == 401 and _is_api(request):
        headers["www-authenticate"] = "Bearer"
    if _is_api(request) or request.url.path.startswith("/static/"):
        return JSONResponse({"error": text}, status, headers=headers)
    page = render(request, "failure.html", None, status=status, message=text)
    page.headers.update(headers)
    return page
