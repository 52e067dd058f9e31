"""Any picture a program holds, the same kind back; paper; strength; contact sheets."""

from __future__ import annotations
