"""One file a category: the rules that draw its world."""

from __future__ import annotations
