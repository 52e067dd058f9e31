"""Which suffixes are read, written and given to results."""

from __future__ import annotations

import pytest

from paintreel.imaging.formats import ANIMATED_FORMATS, PICTURE_FORMATS
from paintreel.media.codecs import CODECS, codecs_of
from paintreel.media.containers import (
    CLIP_SUFFIXES,
    CONTAINERS,
    FILM_SUFFIXES,
    VIDEO_SUFFIXES,
    WRITABLE_SUFFIXES,
    container_of_suffix,
)


def test_results_get_one_suffix_of_each_container():
    assert {".mp4", ".mov", ".mkv", ".webm", ".gif", ".webp"} == CLIP_SUFFIXES - {".png", ".avif"}
    assert set(WRITABLE_SUFFIXES) == CLIP_SUFFIXES | {".m4v"}
    assert set(WRITABLE_SUFFIXES) - {".png", ".avif"} == FILM_SUFFIXES


def test_folders_are_searched_for_clips_that_can_only_be_read_too():
    assert FILM_SUFFIXES - {".gif", ".webp"} < VIDEO_SUFFIXES
    assert {".avi", ".ts", ".mpg", ".wmv"} <= VIDEO_SUFFIXES
    assert not VIDEO_SUFFIXES & {".gif", ".webp", ""}


def test_every_codec_names_containers_and_every_default_is_held():
    assert {name for row in CODECS.values() for name in row.containers} <= set(CONTAINERS)
    for row in CONTAINERS.values():
        assert (row.default_codec in codecs_of(row)) == row.is_written


def test_animations_that_are_written_are_read_too():
    read = {s for name in ANIMATED_FORMATS for s in PICTURE_FORMATS[name].suffixes}
    written = {s for r in CONTAINERS.values() if r.kind == "animation" for s in r.suffixes}
    assert read == written == {".gif", ".webp", ".png", ".avif"}


@pytest.mark.parametrize(
    ("suffix", "name"), [(".MP4", "mp4"), (".m4v", "mp4"), (".mkv", "matroska")]
)
def test_the_suffix_tells_the_container(suffix, name):
    assert container_of_suffix(suffix) is CONTAINERS[name]


@pytest.mark.parametrize("suffix", ["", ".avi", ".txt"])
def test_what_is_not_written_has_no_container(suffix):
    assert container_of_suffix(suffix) is None
