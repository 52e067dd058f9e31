"""Write what is made from the verbs' options: keyword types and the tables in the documentation.

python docs/make_options.py            # write
python docs/make_options.py --check    # exit code 1 where something is stale
"""

from __future__ import annotations

import sys
from pathlib import Path

from made import filled, read, write_or_check

from paintreel.options import keyword_types, option_table, options_of

DOCS = Path(__file__).resolve().parent
KEYWORDS = DOCS.parent / "src" / "paintreel" / "keywords.py"
FUNCTIONS = {
    "StylizeKeywords": ("stylize", "stylize", "`paintreel.stylize`, beside style and strength"),
    "ClipKeywords": ("stylize", "stylize_video", "`paintreel.stylize_video`"),
    "ClassifyKeywords": ("classify", "classify", "`paintreel.classify`"),
    "ClassifyClipKeywords": ("classify", "classify_video", "`paintreel.classify_video`"),
    "LineartKeywords": ("lineart", "lineart", "`paintreel.lineart`"),
    "LineartClipKeywords": ("lineart", "lineart_video", "`paintreel.lineart_video`"),
    "ColorizeKeywords": (
        "colorize",
        "colorize",
        "`paintreel.colorize`, beside hint, palette and layers",
    ),
    "ColorizeClipKeywords": (
        "colorize",
        "colorize_video",
        "`paintreel.colorize_video`, beside hint and palette",
    ),
    "EmotionKeywords": ("emotion", "emotion", "`paintreel.emotion`"),
    "FuseKeywords": ("fuse", "fuse", "`paintreel.fuse`, beside key frames and mask"),
    "GradeKeywords": ("grade", "grade", "`paintreel.grade`, beside emotion and lut"),
    "GradeClipKeywords": (
        "grade",
        "grade_video",
        "`paintreel.grade_video`, beside emotion, timeline and lut",
    ),
    "ScriptKeywords": ("script", "script", "`paintreel.script`"),
    "SpectrumKeywords": ("spectrum", "spectrum", "`paintreel.spectrum`"),
    "SheetKeywords": ("sheet", "sheet", "`paintreel.sheet`"),
    "CharacterKeywords": (
        "character",
        "character",
        "`paintreel.character`, beside identity and emotion",
    ),
}
"""Name of the type -> verb, function, and what it is the keywords of."""

HEAD = '''"""Keywords of the Python functions, for type checkers and editors.

Made by docs/make_options.py from the options of the verbs; do not change it by hand.
"""

from __future__ import annotations

from typing import Literal, TypedDict
'''


def keywords_source() -> str:
    """The text of `paintreel/keywords.py`."""
    parts = [HEAD]
    for name, (verb, function, what) in FUNCTIONS.items():
        lines = [f"class {name}(TypedDict, total=False):", f'    """Of {what}."""', ""]
        typed = keyword_types(options_of(verb), function).items()
        parts.append(
            "\n".join([*lines, *(f"    {key}: {kind}".replace("'", '"') for key, kind in typed)])
            + "\n"
        )
    return "\n\n".join(parts)


def main() -> int:
    """Write or check. Returns the exit code."""
    pages = {
        page: filled(read(page), "options", lambda verb: option_table(options_of(verb)))
        for page in sorted(DOCS.glob("*.md"))
    }
    return write_or_check({KEYWORDS: keywords_source()} | pages)


if __name__ == "__main__":
    sys.exit(main())
