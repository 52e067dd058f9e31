"""From a run to a released model: judge and choice of a snapshot."""

from __future__ import annotations
