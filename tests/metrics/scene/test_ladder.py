"""Every scene measure falls where a picture is spoiled as it claims to see, and not otherwise."""

from __future__ import annotations

import numpy as np
import pytest

from paintreel.metrics.scene import SCENE_MEASURES, scene_measures

STRENGTHS = (0.4, 1.0)
LEAST_FALL = 0.03
SLACK = 0.05
"""A measure that does not claim to see a spoiling may still sink by so much."""

FALLS = {
    "scene_richness": {"blur", "fade", "underexpose"},
    "scene_complexity": {"blur", "fade", "underexpose"},
    "element_distribution": {"clutter", "shuffle"},
    "scene_coherence": {"noise", "clutter", "scramble_hues", "shuffle"},
    "colour_coordination": {"noise", "clutter", "scramble_hues"},
    "lighting_effect": {"clutter", "overexpose", "underexpose", "shuffle"},
}
HOLDS = {
    "scene_richness": {"noise", "clutter", "scramble_hues", "shuffle"},
    "scene_complexity": {"noise", "clutter", "scramble_hues", "shuffle"},
    "element_distribution": set(),  # regions change with all of them; see test_composition
    "scene_coherence": {"fade", "underexpose"},
    "colour_coordination": {"blur", "fade", "shuffle"},
    "lighting_effect": {"noise", "blur"},
}


def ladder_of(pictures, spoils):
    """Mean over pictures of every measure: {spoil: [unspoiled, weak, strong]} by measure."""

    def means(spoil, strength):
        chance = np.random.default_rng(1)
        scores = [scene_measures(spoil(x, strength, chance).astype(np.float32)) for x in pictures]
        return {name: np.mean([s[name].value for s in scores]) for name in SCENE_MEASURES}

    clean = means(lambda x, strength, chance: x, 0.0)
    rungs = {name: [clean, *(means(spoil, s) for s in STRENGTHS)] for name, spoil in spoils.items()}
    return {
        measure: {name: [rung[measure] for rung in steps] for name, steps in rungs.items()}
        for measure in SCENE_MEASURES
    }


@pytest.fixture(scope="module", params=["paintings", "panels"])
def ladder(request, spoils):
    return ladder_of(request.getfixturevalue(request.param), spoils)


@pytest.mark.parametrize("measure", SCENE_MEASURES)
def test_it_falls_as_claimed(ladder, measure):
    for spoil in sorted(FALLS[measure]):
        clean, _, strong = ladder[measure][spoil]
        assert strong < clean - LEAST_FALL, (spoil, ladder[measure][spoil])


@pytest.mark.parametrize("measure", SCENE_MEASURES)
def test_it_holds_otherwise(ladder, measure):
    for spoil in sorted(HOLDS[measure]):
        clean, *spoiled = ladder[measure][spoil]
        assert min(spoiled) > clean - SLACK, (spoil, ladder[measure][spoil])
