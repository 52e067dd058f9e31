"""Fixtures of scenes painted without network and rules."""

from plain_worlds import plain_worlds  # noqa: F401
