"""What was read of a script, as lines for people, as a table, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from paintreel.jobs.reports import begins_with, write_table
from paintreel.pictures.axes import clock_text
from paintreel.script.telling import SceneFeeling, ScriptFeelings, ToldLine
from paintreel.visible import visible

__all__ = ["is_line_table", "line_text", "scene_text", "script_facts", "write_line_table"]

_HEAD = ("scene", "line", "kind", "character", "start_s", "end_s", "tendency", "label", "emotion")
"""Columns before those of the emotions."""

_WIDTH = 64


def scene_text(scene: SceneFeeling, number: int) -> str:
    """One line: the heading, when it is, and what it feels like."""
    fine = scene.end_s < 60
    times = f"{clock_text(scene.start_s, fine=fine)} to {clock_text(scene.end_s, fine=fine)}"
    heading = scene.heading or f"scene {number}"
    if all(told.feeling.language for told in scene.lines):
        return f"{heading} ({times}): in {scene.lines[0].feeling.language}, not read"
    return f"{heading} ({times}): {scene.label} {scene.tendency:+.2f}, {scene.emotion}"


def line_text(told: ToldLine) -> str:
    """One line: when, tendency, emotion, who, and how it begins."""
    line, feeling = told.line, told.feeling
    who = f"{line.character}: " if line.character else ""
    said = line.text if len(line.text) <= _WIDTH else f"{line.text[: _WIDTH - 3]}..."
    when = clock_text(told.start_s, fine=True)
    if feeling.language is not None:
        return f"  {when:>8}   ?    {'not English':<10} {who}{said}"
    return f"  {when:>8} {feeling.tendency:+.2f}  {feeling.emotion:<10} {who}{said}"


# The table.


def write_line_table(path: str, found: ScriptFeelings) -> None:
    """Write a row a line. Raises OutputError."""
    names = list(found.lines[0].feeling.emotions)
    write_table(path, [[*_HEAD, *names, "language", "text"], *_rows(found, names)])


def _rows(found: ScriptFeelings, names: list[str]) -> Iterator[list[str]]:
    for number, scene in enumerate(found.scenes, 1):
        for told in scene.lines:
            line, feeling = told.line, told.feeling
            read = feeling.language is None
            yield [
                *(str(number), str(line.number), line.kind, visible(line.character or "")),
                *(f"{told.start_s:.3f}", f"{told.end_s:.3f}"),
                *(
                    (f"{feeling.tendency:.4f}", feeling.label, feeling.emotion)
                    if read
                    else [""] * 3
                ),
                *(f"{feeling.emotions[name]:.4f}" if read else "" for name in names),
                *(feeling.language or "English", visible(line.text)),
            ]


def is_line_table(path: Path) -> bool:
    """Whether a file is a table of ours, which the next one may replace; so is an empty file."""
    return begins_with(path, ",".join(_HEAD))


# JSON.


def script_facts(found: ScriptFeelings, *, file: str, method: str, version: str) -> dict[str, Any]:
    """Everything, as plain values."""
    return {
        "paintreel": version,
        "verb": "script",
        "file": file,
        "format": found.format,
        "method": method,
        "title": found.title,
        "duration_s": found.duration_s,
        "notes": [note.as_dict() for note in found.notes],
        "scenes": [_scene_facts(scene) for scene in found.scenes],
    }


def _scene_facts(scene: SceneFeeling) -> dict[str, Any]:
    return {
        "heading": scene.heading,
        "start_s": scene.start_s,
        "end_s": scene.end_s,
        "tendency": scene.tendency,
        "label": scene.label,
        "emotion": scene.emotion,
        "emotions": dict(scene.emotions),
        "lines": [_line_facts(told) for told in scene.lines],
    }


def _line_facts(told: ToldLine) -> dict[str, Any]:
    line, feeling = told.line, told.feeling
    facts: dict[str, Any] = {
        "text": line.text,
        "line": line.number,
        "kind": line.kind,
        "character": line.character,
        "manner": line.manner,
        "start_s": told.start_s,
        "end_s": told.end_s,
        "language": feeling.language or "English",
    }
    if feeling.language is None:
        facts |= {
            "tendency": feeling.tendency,
            "label": feeling.label,
            "emotion": feeling.emotion,
            "emotions": dict(feeling.emotions),
            "evidence": [
                {"text": each.text, "tendency": each.tendency, "emotion": each.emotion}
                for each in feeling.evidence
            ],
        }
    return facts
