"""Write what is made from the verbs' options: keyword types and the tables in the documentation.

    python docs/make_options.py            # write
    python docs/make_options.py --check    # exit code 1 where something is stale

A page gets a verb's table between the lines `<!-- options: VERB -->` and `<!-- end of options -->`.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from paintreel.options import keyword_types, option_table, options_of

DOCS = Path(__file__).resolve().parent
KEYWORDS = DOCS.parent / "src" / "paintreel" / "keywords.py"
FUNCTIONS = {
    "StylizeKeywords": ("stylize", "stylize", "`paintreel.stylize`, beside style and strength"),
    "ClipKeywords": ("stylize", "stylize_video", "`paintreel.stylize_video`"),
    "SceneKeywords": ("scene", "scene", "`paintreel.scene`, beside what is painted from"),
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


def page_text(text: str) -> str:
    """A page with the tables of the verbs that it asks for."""
    return re.sub(
        r"(<!-- options: (\w+) -->\n).*?(<!-- end of options -->)",
        lambda match: f"{match[1]}\n{option_table(options_of(match[2]))}\n\n{match[3]}",
        text,
        flags=re.DOTALL,
    )


def wanted() -> dict[Path, str]:
    """Every file that is made, with its text."""
    pages = {page: page_text(page.read_text("utf-8")) for page in sorted(DOCS.glob("*.md"))}
    return {KEYWORDS: keywords_source()} | pages


def main() -> int:
    """Write or check. Returns the exit code."""
    stale = [p for p, text in wanted().items() if not p.exists() or p.read_text("utf-8") != text]
    if "--check" in sys.argv:
        print(*(f"stale: {path.name}" for path in stale), sep="\n")
        return 1 if stale else 0
    for path in stale:
        path.write_text(wanted()[path], "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
