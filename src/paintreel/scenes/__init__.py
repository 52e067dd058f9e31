"""Scenes painted over a drawing or a rough: what is asked for, and the methods that paint it.

asked.py          what words and options together ask for
network.py        a network that paints over a rough, in tiles
svmm.py           the method that composes from a library of patches
own_start.py      a start of one's own as it is painted: coloured in, made whole, leaning
sketch_colours.py  a sketch alone coloured in as its category
sketch_pigments.py  the pigments of a category, by what an area stands for
leaning.py        colours of a rough moved towards those of a category
kept_colours.py   what is painted of a rough in its colours, without the network's cast
methods.py        all methods behind one protocol
from_category.py  from a category and a seed: draw, rough out, finish
of_words.py       a background from words, for verbs that need one
"""

__all__ = ["CATEGORY_OF_SKETCHES", "DEFAULT_METHOD"]

DEFAULT_METHOD = "mffcn"
"""Of `scenes.methods.method_names`."""

CATEGORY_OF_SKETCHES = "open land"
"""Of a sketch alone of which nothing is said."""
