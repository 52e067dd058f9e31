"""Which moments are shown as thumbnails, and under which heading."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from paintreel.imaging.colour import chroma, lab_to_rgb
from paintreel.pictures.class_colours import UNKNOWN, colours_of, in_words
from paintreel.runtime.findings import UNFAMILIAR
from paintreel.sheet.families import FAMILIES, family_of, lightness_of
from paintreel.sheet.moments import SheetMoment

__all__ = ["Group", "chosen", "grouped"]


@dataclass(frozen=True, slots=True)
class Group:
    """Moments under one heading; "" for all in their order.

    colour  stands for it, None without heading
    total   how many moments it has, of which those here are shown
    """

    heading: str
    colour: tuple[int, int, int] | None
    moments: tuple[SheetMoment, ...]
    total: int


def grouped(moments: Sequence[SheetMoment], by: str) -> list[Group]:
    """All moments, by "time" in one group, else by "mood", "scene" or "palette".

    Groups come in the order of the model's classes, or of the hues; what a model does not know
    comes last. Within a group moments keep their order; of one colour the light ones come first.
    """
    if by == "time":
        return [Group("", None, tuple(moments), len(moments))]
    if by == "palette":
        return _by_palette(moments)
    labels = list(moments[0].found[by].probabilities)
    colours = colours_of(labels)
    known = {label: [m for m in moments if _is(m, by, label)] for label in labels}
    groups = [
        Group(in_words(label), colours[label], tuple(found), len(found))
        for label, found in known.items()
        if found
    ]
    others = tuple(m for m in moments if not m.found[by].familiar)
    return groups + ([Group(UNFAMILIAR, UNKNOWN, others, len(others))] if others else [])


def _is(moment: SheetMoment, task: str, label: str) -> bool:
    found = moment.found[task]
    return found.familiar and found.label == label


def _by_palette(moments: Sequence[SheetMoment]) -> list[Group]:
    families: Mapping[str, list[SheetMoment]] = {name: [] for name in FAMILIES}
    for moment in moments:
        families[family_of(moment.palette)].append(moment)
    groups = []
    for name, found in families.items():
        if found:
            found.sort(key=lambda moment: -lightness_of(moment.palette))
            groups.append(Group(name, _colour_of(found), tuple(found), len(found)))
    return groups


def _colour_of(moments: Sequence[SheetMoment]) -> tuple[int, int, int]:
    """The most colourful of the large swatches of a family stands for it."""
    lab = np.concatenate([moment.palette.lab for moment in moments])
    share = np.concatenate([moment.palette.share for moment in moments])
    best = lab[int(np.argmax(chroma(lab) * share))]
    red, green, blue = (round(255 * float(value)) for value in lab_to_rgb(best))
    return red, green, blue


def chosen(groups: Sequence[Group], count: int) -> list[Group]:
    """At most `count` moments of all groups: of each its share, evenly spread, one at least.

    Where there are more groups than `count`, each shows one.
    """
    total = sum(len(group.moments) for group in groups)
    if total <= count:
        return list(groups)
    quotas = [max(1, int(count * len(group.moments) / total)) for group in groups]
    while sum(quotas) > max(count, len(groups)):
        quotas[int(np.argmax(quotas))] -= 1
    return [
        replace(group, moments=tuple(_evenly(group.moments, quota)))
        for group, quota in zip(groups, quotas, strict=True)
    ]


def _evenly(moments: Sequence[SheetMoment], count: int) -> list[SheetMoment]:
    places = (np.arange(count) + 0.5) * len(moments) / count
    return [moments[int(place)] for place in places]
