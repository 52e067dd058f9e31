"""Names and sizes that a network for `fuse`, its trainings and its callers agree on."""

from __future__ import annotations

__all__ = ["CARRIED", "CARRIED_PLANES", "LIVE_SUFFIX", "PAINT_SUFFIX", "WINDOW_FRAMES"]

CARRIED_PLANES = 4
"""The paint, RGB, and how far it is to be trusted."""

LIVE_SUFFIX, PAINT_SUFFIX = "-live.png", "-paint.png"
"""How the two files of a key frame end, in a folder that the adaptation learns from."""

WINDOW_FRAMES = 4
"""Frames that are painted together, at most; trainings have two (`FusionSampling.frames`)."""

CARRIED = "carried"
"""The second input: (N, 4, H, W), carried paint and how far it is trusted. N frames, one window."""
