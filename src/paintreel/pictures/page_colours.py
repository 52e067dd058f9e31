"""The colours of the pages that charts and sheets are drawn on."""

from __future__ import annotations

__all__ = ["EMPTY", "FAINT", "INK", "PAPER", "SOFT"]

PAPER, INK, SOFT = (252, 251, 248), (38, 36, 34), (122, 116, 108)
"""The page, what is written first, and what is written beside it."""

FAINT, EMPTY = (226, 222, 214), (238, 236, 230)
"""Lines of a grid, and a place of which nothing is said."""
