"""Structured logs: a line of JSON an event, with the job's id where there is one."""

from __future__ import annotations

import json
import logging
import sys
from typing import Any

__all__ = ["logged", "set_up_logs"]


def logged(log: logging.Logger, level: int, event: str, **facts: Any) -> None:
    """Log an event with its facts."""
    log.log(level, event, extra={"facts": facts})


class _JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        row: dict[str, Any] = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
        }
        row |= getattr(record, "facts", {})
        if record.exc_info:
            row["trace"] = self.formatException(record.exc_info)
        return json.dumps(row, default=str)


def set_up_logs(level: str = "INFO") -> None:
    """Let the studio's log go to standard error, a line of JSON an event."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    logging.getLogger("alembic").setLevel(logging.WARNING)
