"""The mood of a panel: how many rescaled blocks, which start, and what needs no network."""

from __future__ import annotations
