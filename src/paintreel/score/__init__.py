"""Measure pictures and clips, alone or against a reference."""

from __future__ import annotations
