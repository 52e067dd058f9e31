"""Read of a script what each line and scene feels like, by its words alone.

The package is also the function: `paintreel.script("story.fountain")` gives lines, scenes and a
timeline. The parts are

    options.py     its options
    screenplay.py  what a script is made of
    decoding.py    the text of a file in whatever encoding
    fountain.py, subtitles.py, prose.py   the formats
    reading.py     which format a file has
    timing.py      when lines are spoken
    telling.py     `script`
    tables.py      lines, CSV and JSON
    plot.py        the chart
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from paintreel.callable_package import make_callable

if TYPE_CHECKING:
    from paintreel.script.screenplay import Screenplay, ScriptLine, ScriptScene
    from paintreel.script.telling import SceneFeeling, ScriptFeelings, ToldLine, script

__all__ = [
    "SceneFeeling",
    "Screenplay",
    "ScriptFeelings",
    "ScriptLine",
    "ScriptScene",
    "ToldLine",
    "script",
]

make_callable(
    __name__,
    {
        "SceneFeeling": "script.telling",
        "Screenplay": "script.screenplay",
        "ScriptFeelings": "script.telling",
        "ScriptLine": "script.screenplay",
        "ScriptScene": "script.screenplay",
        "ToldLine": "script.telling",
        "script": "script.telling",
    },
)
