"""Gauges for Prometheus: requests, queue, workers, storage."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from sqlalchemy import func, select

from paintreel.studio.store import tables
from paintreel.studio.work.leases import MANAGER_LOST_S, count_by_status

if TYPE_CHECKING:
    from paintreel.studio.web.context import Studio

__all__ = ["WebMetrics"]

_BOUNDS_S = (0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2.5, 5, 10)


class WebMetrics:
    """The figures of one web process, and of the store that all share."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        labels = ("method", "route", "status")
        self._requests = Counter(
            "paintreel_requests", "answered requests", labels, registry=self._registry
        )
        self._times = Histogram(
            "paintreel_request_seconds",
            "time to answer",
            ("route",),
            buckets=_BOUNDS_S,
            registry=self._registry,
        )

    def request(self, method: str, route: str, status: int, taken_s: float) -> None:
        """Count a request."""
        self._requests.labels(method, route, str(status)).inc()
        if not route.endswith("events"):  # a stream lasts as long as somebody watches
            self._times.labels(route).observe(taken_s)

    def text(self, studio: Studio) -> bytes:
        """Everything as Prometheus reads it."""
        own = CollectorRegistry()
        own.register(_StoreFigures(studio))
        return generate_latest(self._registry) + generate_latest(own)


class _StoreFigures:
    def __init__(self, studio: Studio) -> None:
        self._studio = studio

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The gauges of now."""
        store, settings = self._studio.store, self._studio.settings
        alive = tables.managers.c.seen_s > store.now() - MANAGER_LOST_S
        waiting = select(func.min(tables.jobs.c.created_s)).where(tables.jobs.c.status == "queued")
        with store.reading() as c:
            counts = count_by_status(c)
            oldest = c.scalar(waiting)
            slots = c.scalar(select(func.sum(tables.managers.c.slots)).where(alive)) or 0
            used = c.scalar(select(func.sum(tables.files.c.size_bytes))) or 0
            users = c.scalar(select(func.count()).select_from(tables.users)) or 0
        jobs = GaugeMetricFamily("paintreel_jobs", "jobs by state", labels=["status"])
        for status in ("queued", "running", "finished", "failed", "cancelled"):
            jobs.add_metric([status], counts.get(status, 0))
        yield jobs
        wait_s = 0.0 if oldest is None else store.now() - oldest
        free = shutil.disk_usage(settings.data).free
        for name, text, value in (
            ("paintreel_queue_wait_seconds", "age of the oldest job that waits", wait_s),
            ("paintreel_worker_slots", "jobs that can run at once", slots),
            ("paintreel_stored_bytes", "uploads and results", used),
            ("paintreel_disk_free_bytes", "room left beside them", free),
            ("paintreel_users", "accounts", users),
            ("paintreel_streams", "pages that watch", self._studio.feed.watching),
        ):
            yield GaugeMetricFamily(name, text, value=float(value))
