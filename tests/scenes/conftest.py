"""Fixtures of scenes painted without network and rules."""

from plain_worlds import inverting, plain_worlds  # noqa: F401
