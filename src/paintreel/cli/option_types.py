"""Values of options that several verbs take, as argparse types."""

from __future__ import annotations

import argparse

from paintreel.errors import InputError


def count(text: str) -> int:
    """A whole number of at least 1; "_" may part its digits."""
    try:
        value = int(text.replace("_", ""))
    except ValueError:
        value = 0
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of at least 1")
    return value


def size(text: str) -> tuple[int, int]:
    """(width, height) in pixels of "1280x720"."""
    from paintreel.imaging.geometry import parse_size

    try:
        return parse_size(text)
    except InputError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def tile(text: str) -> str | int:
    """The words auto and off, or a side in pixels."""
    return text if text in ("auto", "off") else count(text)
