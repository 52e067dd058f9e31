"""The scene categories: the five scenes of the paper and the six labels of the rated panels.

Paper: Liu and Zhao 2025, "MFFCN-GAN: Multi-Scale Feature Fusion CNN with GAN for Automated
Artistic Scene Generation in Film Animation", Table 2. Its five scenes are asked for by name; a
network is told only the label of a category, since the panels that it learns from are labelled so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from paintreel.errors import InputError
from paintreel.near_names import did_you_mean, near_names

__all__ = ["CATEGORIES", "LABELS", "Category", "find_category"]


@dataclass(frozen=True)
class Category:
    """What can be asked for by name.

    name   that people write, in lower case with single spaces
    label  what a network is told
    rule   file of `paintreel.worlds.rules` that draws it; imported when it is first drawn
    """

    name: str
    label: str
    rule: str

    @property
    def plain(self) -> bool:
        """Whether its name says no more than its label."""
        return self.name == self.label.replace("_", " ")


CATEGORIES = (
    Category("fantasy forest", "forest", "fantasy_forest"),
    Category("future city", "settlement", "future_city"),
    Category("medieval castle", "settlement", "medieval_castle"),
    Category("underwater world", "water", "underwater_world"),
    Category("starry universe", "night_sky", "starry_universe"),
    Category("forest", "forest", "forest"),
    Category("settlement", "settlement", "settlement"),
    Category("interior", "interior", "interior"),
    Category("water", "water", "water"),
    Category("night sky", "night_sky", "night_sky"),
    Category("open land", "open_land", "open_land"),
)
"""All there are. A new one is a row at the end and a file in `rules`."""


def _labels(categories: tuple[Category, ...]) -> tuple[str, ...]:
    """Every label once: those of plain categories first, then those that only others bring.

    >>> cave = Category("crystal cave", "cave", "crystal_cave")
    >>> _labels((cave, Category("water", "water", "water")))
    ('water', 'cave')
    """
    plain = [category.label for category in categories if category.plain]
    return tuple(dict.fromkeys(plain + [category.label for category in categories]))


LABELS = _labels(CATEGORIES)
"""Scene labels of the rated panels, in the order of the networks' category input."""


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
    hint = did_you_mean(near_names(wanted, known)) or f"there are: {', '.join(known)}"
    raise InputError(f"category {text!r} not found; {hint}")
