"""The web app of a studio."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, HTTPException, Request
from sqlalchemy import text
from starlette.responses import PlainTextResponse, Response
from starlette.staticfiles import StaticFiles

from paintreel import __version__
from paintreel.errors import PaintreelError
from paintreel.studio.forms.schema import options_schema
from paintreel.studio.forms.verbs import OFFERED
from paintreel.studio.settings import StudioSettings
from paintreel.studio.store.database import Store
from paintreel.studio.store.migrate import latest_version, version_of
from paintreel.studio.web import (
    api_jobs,
    api_uploads,
    pages_account,
    pages_public,
    pages_work,
)
from paintreel.studio.web.access import NOT_THERE, Here, VisitorOrNone
from paintreel.studio.web.context import Studio
from paintreel.studio.web.failures import add_failures
from paintreel.studio.web.guard import Guard
from paintreel.studio.web.metrics import WebMetrics
from paintreel.studio.web.rendering import STATIC

__all__ = ["make_app"]

_ABOUT = (
    "Jobs, uploads and results of a Paintreel studio. Send `Authorization: Bearer ptr_...`; tokens "
    "are made on the account page. Files are sent by tus 1.0, news come as Server-Sent Events."
)


def make_app(store: Store, settings: StudioSettings) -> FastAPI:
    """The app; its tables have been made already."""
    studio = Studio(store, settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        studio.feed.close()

    app = FastAPI(
        title="Paintreel studio",
        version=__version__,
        description=_ABOUT,
        docs_url=None,  # they load scripts from elsewhere; docs/api.md is the page
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
        lifespan=lifespan,
    )
    metrics = WebMetrics()
    app.state.studio, app.state.metrics = studio, metrics
    for module in (pages_public, pages_work, pages_account, api_jobs, api_uploads):
        app.include_router(module.router)
    _add_health(app)
    app.mount("/static", _Statics(directory=STATIC))
    add_failures(app)
    _describe_verbs(app)
    app.add_middleware(Guard, is_secure=settings.is_secure, metrics=metrics)
    return app


class _Statics(StaticFiles):
    """Static files, which browsers keep: their addresses change with them."""

    def file_response(self, *arguments: Any, **options: Any) -> Response:
        """A file."""
        answer = super().file_response(*arguments, **options)
        answer.headers["cache-control"] = "public, max-age=604800"
        return answer


def _add_health(app: FastAPI) -> None:
    @app.get("/healthz", include_in_schema=False)
    def healthy() -> Response:
        """This process answers."""
        return PlainTextResponse("ok\n")

    @app.get("/readyz", include_in_schema=False)
    def ready(studio: Here) -> Response:
        """The store answers, and its tables are those of this program."""
        try:
            with studio.store.reading() as c:
                c.execute(text("SELECT 1"))
            is_current = version_of(studio.store) == latest_version()
        except PaintreelError:
            is_current = False
        return PlainTextResponse(
            "ready\n" if is_current else "not ready\n", 200 if is_current else 503
        )

    @app.get("/metrics", include_in_schema=False)
    def metrics(request: Request, studio: Here, visitor: VisitorOrNone) -> Response:
        """Figures for Prometheus: from this machine itself, or with an admin's token."""
        is_near = request.client is not None and request.client.host in ("127.0.0.1", "::1")
        is_relayed = "x-forwarded-for" in request.headers or "forwarded" in request.headers
        is_admin = visitor is not None and visitor.user.is_admin
        if not (is_admin or (is_near and not is_relayed)):
            raise HTTPException(404, NOT_THERE)
        body = request.app.state.metrics.text(studio)
        return Response(body, media_type="text/plain; version=0.0.4; charset=utf-8")


def _describe_verbs(app: FastAPI) -> None:
    """The schema names the options of every verb, and both ways to show who asks."""
    made = app.openapi

    def described() -> dict[str, Any]:
        if app.openapi_schema:
            return app.openapi_schema
        schema = made()
        parts = schema.setdefault("components", {})
        for verb in OFFERED:
            name = f"{verb.capitalize()}Options"
            parts.setdefault("schemas", {})[name] = options_schema(verb)
        parts["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
        schema["security"] = [{"token": []}]
        return schema

    app.openapi = described  # type: ignore[method-assign]
