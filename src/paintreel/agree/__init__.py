"""Measure how well raters agree."""

from __future__ import annotations
