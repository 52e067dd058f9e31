"""Names that the graph of a network which draws faces and its callers agree on."""

from __future__ import annotations

__all__ = ["ATTENTION"]

ATTENTION = "attention"
"""The second output: (N, 1, H, W) in [0, 1], where the drawn face is to be seen."""
