"""Rank systems by paired tests on the same pictures."""

from __future__ import annotations
