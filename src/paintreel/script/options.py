"""The options of `script`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from paintreel.options import Options, argument, option
from paintreel.options.answers import (
    csv_option,
    json_option,
)

__all__ = ["ScriptOptions"]


@dataclass(frozen=True, kw_only=True)
class ScriptOptions(Options):
    """Which script is read and how, and where the answers go."""

    EXAMPLE = "paintreel script story.fountain --timeline emotions.json --plot story.png"
    EPILOG = """\
Reads a screenplay in Fountain, subtitles (SRT, WebVTT) or plain text, English alone, and says of
every line and scene whether it tends to the good or the bad, and which emotion it carries. The
timeline is what the other verbs take: subtitles have their own times, of other scripts every line
lasts by its words. Nothing is downloaded.
Exit code: 0 done, 1 the file cannot be read or is in another language throughout, 2 bad usage.
"""

    input: str = argument("FILE", "script: .fountain, .srt, .vtt or .txt")
    timeline: str | None = option(
        None, "write the emotions over time", group="results", metavar="FILE.json"
    )
    plot: str | None = option(
        None, "write a chart of tendency and emotions", group="results", metavar="FILE.png"
    )
    csv: str | None = csv_option("a row a line")
    json: str | None = json_option("scenes, evidence and notes")
    format: Literal["auto", "fountain", "srt", "vtt", "text"] = option(
        "auto", "what the file is; auto: by its name and content", keywords=("script",)
    )
    lines: Literal["all", "speech"] = option(
        "all",
        "which lines count: what is done and what is said, or speech alone",
        keywords=("script",),
    )
    method: Literal["nearness", "svm"] = option(
        "nearness",
        "tendency of words by their nearness to seeds, or by a support vector machine",
        keywords=("script",),
    )
    seconds_per_word: float = option(
        0.4,
        "time that a word takes, where the file has no times",
        low=0.05,
        high=10,
        metavar="S",
        keywords=("script",),
    )
    quiet: bool = option(False, "print failures only", short="-q")
