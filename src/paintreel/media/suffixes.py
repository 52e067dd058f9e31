"""The names clips go by; apart, so that a folder can be searched without loading FFmpeg."""

from __future__ import annotations

__all__ = ["VIDEO_SUFFIXES"]

VIDEO_SUFFIXES = frozenset(
    {".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi", ".mpg", ".mpeg", ".ts", ".wmv", ".flv"}
)
"""Suffixes (lower case, with dot) under which clips are looked for in folders."""
