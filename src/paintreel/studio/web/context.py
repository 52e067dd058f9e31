"""What every request of a studio's web process works with."""

from __future__ import annotations

from dataclasses import dataclass, field

from fastapi import Request

from paintreel.studio.settings import StudioSettings
from paintreel.studio.store.database import Store
from paintreel.studio.web.feed import EventFeed

__all__ = ["Studio", "studio_of"]


@dataclass(frozen=True)
class Studio:
    """Store, settings and the feed of events of one web process."""

    store: Store
    settings: StudioSettings
    feed: EventFeed = field(default_factory=EventFeed)


def studio_of(request: Request) -> Studio:
    """The studio that a request came to."""
    studio: Studio = request.app.state.studio
    return studio
