"""Anti-aliased vector drawing: canvas, layers, palettes."""

from __future__ import annotations
