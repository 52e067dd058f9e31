"""The tables and figures of the scene paper."""

from __future__ import annotations
