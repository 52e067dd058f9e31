from __future__ import annotations

import io
from pathlib import Path

from paintreel.cli.progress import ProgressBars
from paintreel.jobs.job import Job

CLIP = Job("in/clip.mp4", (Path("out.mp4"),), lambda progress: None, "clip")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def text_of(stream: io.StringIO, jobs: int, *, shown: bool = True) -> str:
    with ProgressBars(jobs, shown=shown, stream=stream) as progress:
        for done in (1, 2, 3):
            progress.frame(CLIP, done, 3)
        progress.say("a message")
        progress.file()
    return stream.getvalue()


def test_terminal_shows_files_frames_and_messages():
    text = text_of(Terminal(), 2)
    assert "clip.mp4" in text
    assert "file/s" in text
    assert "a message\n" in text


def test_single_job_has_no_bar_of_files():
    assert "file/s" not in text_of(Terminal(), 1)


def test_only_messages_without_a_terminal():
    assert text_of(io.StringIO(), 2) == "a message\n"


def test_only_messages_when_quiet():
    assert text_of(Terminal(), 2, shown=False) == "a message\n"
