"""Names that the graph of a network for `fuse` and its callers agree on."""

from __future__ import annotations

__all__ = ["CARRIED"]

CARRIED = "carried"
"""The second input: (N, 4, H, W), carried paint and how far it is trusted. N frames, one window."""
