"""`paintreel script`: read a script, print what it feels like, write timeline, chart and tables."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from paintreel import __version__
from paintreel.cli.exit_codes import planning
from paintreel.cli.pulse import stage
from paintreel.cli.terminal import say, show
from paintreel.script.options import ScriptOptions

if TYPE_CHECKING:
    from paintreel.script.telling import ScriptFeelings


def run(options: ScriptOptions) -> int:
    """Read, print, write. Returns the exit code."""
    from paintreel.jobs.reports import STANDARD_OUTPUT, write_json
    from paintreel.script.reading import read_script
    from paintreel.script.tables import script_facts, write_line_table
    from paintreel.script.telling import tell

    with planning():
        _check_results(options)
    screenplay = read_script(options.input, options.format)
    stage("reading the words")
    found = tell(screenplay, options)
    if options.timeline is not None:
        _write_timeline(options.timeline, found)
    if options.plot is not None:
        _write_chart(options.plot, found, options)
    if options.csv is not None:
        write_line_table(options.csv, found)
    if options.json is not None:
        facts = script_facts(found, file=options.input, method=options.method, version=__version__)
        write_json(options.json, facts)
    for note in found.notes:
        if note.loss or not options.quiet:
            say(f"note: {options.input}: {note.text}")
    if not options.quiet and STANDARD_OUTPUT not in (options.json, options.csv):
        _print(found)
    return 0 if found.is_read else 1


def _check_results(options: ScriptOptions) -> None:
    """Raise OutputError for results that cannot be, or would replace something of others."""
    from paintreel.jobs.place import check_picture_suffix
    from paintreel.jobs.reports import check_apart, check_report
    from paintreel.pictures.contact_sheet import is_sheet
    from paintreel.script.tables import is_line_table

    files = [options.input]
    check_apart([options.timeline, options.plot, options.csv, options.json])
    check_report(options.json, files, is_printed=True)
    check_report(options.csv, files, what="table", is_ours=is_line_table, is_printed=True)
    check_report(options.timeline, files, what="timeline", is_ours=_is_timeline)
    if options.plot is not None:
        check_picture_suffix(Path(options.plot))
        check_report(options.plot, files, what="chart", is_ours=is_sheet)


def _is_timeline(path: Path) -> bool:
    """Whether a file is a timeline, which the next one may replace; so is an empty file."""
    from paintreel.errors import PaintreelError
    from paintreel.runtime.emotion_timeline import read_timeline

    try:
        return path.stat().st_size == 0 or bool(read_timeline(path))
    except (OSError, PaintreelError):
        return False


def _write_timeline(path: str, found: ScriptFeelings) -> None:
    from paintreel.runtime.emotion_timeline import write_timeline

    write_timeline(path, found.timeline, overwrite=True)


def _write_chart(path: str, found: ScriptFeelings, options: ScriptOptions) -> None:
    from paintreel.pictures.contact_sheet import write_sheet
    from paintreel.script.plot import draw_script

    write_sheet(Path(path), draw_script(found, title=Path(options.input).stem))


def _print(found: ScriptFeelings) -> None:
    from paintreel.script.tables import line_text, scene_text

    for number, scene in enumerate(found.scenes, 1):
        if number > 1:
            show("")
        show(scene_text(scene, number))
        for told in scene.lines:
            show(line_text(told))
