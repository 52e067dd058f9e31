"""The scene categories: the five worlds of the paper and the six labels of the rated panels.

Paper: "MFFCN-GAN: Multi-Scale Feature Fusion CNN with GAN for Automated Artistic Scene Generation
in Film Animation", Table 2. Its five scenes are asked for by name; a network is told only the
label of a category, since the panels that it learns from are labelled so.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass

from paintreel.errors import InputError

__all__ = ["CATEGORIES", "LABELS", "Category", "find_category"]

LABELS = ("forest", "settlement", "interior", "water", "night_sky", "open_land")
"""Scene labels of the rated panels, in the order of the networks' category input."""


@dataclass(frozen=True)
class Category:
    """What can be asked for by name.

    `label`: one of LABELS, what a network is told. `world`: the rules that draw it, a key of
    `paintreel.worlds.rule_table.WORLDS`.
    """

    name: str
    label: str
    world: str


CATEGORIES = (
    Category("fantasy forest", "forest", "fantasy_forest"),
    Category("future city", "settlement", "future_city"),
    Category("medieval castle", "settlement", "medieval_castle"),
    Category("underwater world", "water", "underwater_world"),
    Category("starry universe", "night_sky", "starry_universe"),
    *(Category(label.replace("_", " "), label, label) for label in LABELS),
)


def find_category(text: str) -> Category:
    """The category called `text`; case, "_", "-" and runs of spaces do not matter.

    Raises InputError, naming the nearest, when there is none.

    >>> find_category("Future-City").label
    'settlement'
    """
    if not isinstance(text, str):
        raise InputError(f"a category is a name such as 'forest', got {type(text).__name__}")
    known = {category.name: category for category in CATEGORIES}
    wanted = " ".join(re.split(r"[\s_-]+", text.strip().lower()))
    if wanted in known:
        return known[wanted]
    near = difflib.get_close_matches(wanted, known, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]!r}?" if near else f"There are: {', '.join(known)}"
    raise InputError(f"category {text!r} not found; {hint}")
