"""How each part of a character is drawn; every module has a function of a `Cast`."""

from __future__ import annotations
