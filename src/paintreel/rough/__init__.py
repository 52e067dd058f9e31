"""Make what a painter starts from, a colour block-in and a line sketch, out of any picture."""

from __future__ import annotations
