from __future__ import annotations

import pytest

from paintreel.learn.data.rough_variation import SWITCHES
from paintreel.learn.engine.settings import apply
from paintreel.learn.experiments.conditions import choose_conditions
from paintreel.learn.experiments.scene.conditions import (
    ABLATIONS,
    CLAIMS,
    CONDITIONS,
    FULL,
    is_network,
)
from paintreel.learn.systems import SCENE_NETWORKS
from paintreel.learn.trainers.scene import SceneSettings


def names(*chosen: str) -> list[str]:
    return [c.name for c in choose_conditions(chosen or None, CONDITIONS)]


def test_all_there_are():
    assert names() == list(CONDITIONS)
    assert {c.name for c in CONDITIONS.values() if c.group == "system"} == {
        *SCENE_NETWORKS, "svmm", "grbm"
    }  # fmt: skip


def test_chosen_by_name_and_group_with_the_references():
    assert names("cdlm", "mffcn") == ["mffcn", "cdlm", "rough", "truth"]
    assert names("fusions") == ["rough", "truth", "fusion_early", "fusion_late"]
    assert set(names("systems")) >= SCENE_NETWORKS.keys()
    assert names("words") == [
        *("rough", "truth", "mffcn_words", "attngan", "stylegan", "grbm_words", "truth_words")
    ]


@pytest.mark.parametrize("condition", [c for c in CONDITIONS.values() if is_network(c)])
def test_every_network_can_be_made(condition):
    settings = apply(SceneSettings(preset="tiny"), condition.changes)
    SCENE_NETWORKS[condition.system].load_network().generator(
        settings.preset,
        without=settings.without,
        fusion=settings.fusion,
        variants=settings.variants,
    )


def test_a_condition_of_the_ablation_changes_one_thing_of_mffcn():
    base = SceneSettings()
    changed = {c.name: apply(base, c.changes) for c in CONDITIONS.values() if c.group in ABLATIONS}
    assert all(CONDITIONS[name].system == FULL for name in changed)
    assert all(settings != base for settings in changed.values())
    assert changed["attention"].adversary == 0
    assert changed["attention"].without == ()
    assert changed["multi_scale"].without == ("attention",)
    assert set(changed["single_scale"].without) == {"attention", "multi_scale"}
    assert changed["gan_alone"].adversary == base.adversary > 0
    for switch in SWITCHES:
        off = changed[f"no_{switch}"].pairs.variation
        assert getattr(off, switch) == 0 < getattr(base.pairs.variation, switch)


def test_claims_are_of_conditions():
    assert {n for c in CLAIMS for n in (c.first, c.second)} <= CONDITIONS.keys()
