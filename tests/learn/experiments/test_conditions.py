from __future__ import annotations

import pytest

from paintreel.errors import InputError
from paintreel.learn.experiments.conditions import Condition, choose_conditions

TABLE = {
    c.name: c
    for c in (
        Condition("big", "Big", "net", "system"),
        Condition("small", "Small", "net", "system"),
        Condition("truth", "the truth", "truth", "reference"),
        Condition("no_skips", "without skips", "net", "ablation", {"skips": False}),
    )
}


def names(*chosen: str) -> list[str]:
    return [c.name for c in choose_conditions(chosen or None, TABLE)]


def test_chosen_by_name_and_group_with_the_references():
    assert names() == list(TABLE)
    assert names("small", "big") == ["big", "small", "truth"]
    assert names("ablations") == ["truth", "no_skips"]


def test_unknown_names_the_nearest():
    with pytest.raises(InputError, match="no 'ablation'; did you mean 'ablations'"):
        names("ablation")
    with pytest.raises(InputError, match="there are: big, small, truth, no_skips, systems"):
        names("zzz")


def test_references_are_the_same_in_every_trial():
    assert [c.name for c in TABLE.values() if not c.varies] == ["truth"]
