"""Eq. 9: tendency of words by their nearness to the seeds."""

from __future__ import annotations

import numpy as np
import pytest

from paintreel.words.nearness import Nearness, bundled_nearness, mean_of_nearest
from paintreel.words.seeds import FEELINGS, bundled_seeds, read_seeds
from paintreel.words.taxonomy import bundled_taxonomy, path_similarity


def test_tendency_is_equation_9_over_all_seeds():
    """The mean similarity to the good seeds less that to the bad, worked out from single paths."""
    taxonomy, seeds = bundled_taxonomy(), bundled_seeds()
    nearness = Nearness(taxonomy, seeds, alpha=1.6, nearest=None, downward=1.0)
    senses = taxonomy.senses("elation")

    def similar(seed: int) -> float:
        steps = [taxonomy.steps_between(s.concept, seed) for s in senses]
        far = [16 if d is None else min(d, 16) for d in steps]
        return sum(s.share * path_similarity(d, 1.6) for s, d in zip(senses, far, strict=True))

    found = nearness.similarities("elation")
    expected = np.array([similar(seed) for seed in nearness.concepts])
    own = expected < found  # the seed that the word itself is
    assert own.sum() <= 1
    np.testing.assert_allclose(found[~own], expected[~own], atol=1e-12)
    good, bad = found[nearness.is_positive].mean(), found[nearness.is_negative].mean()
    assert nearness.tendency(found) == pytest.approx(good - bad)


@pytest.mark.parametrize("word", ["gladness", "jubilantly", "hilarity", "cosily", "loveliness"])
def test_words_that_are_no_seed_are_good_by_their_kin(word):
    nearness = bundled_nearness()
    assert not any(lemma in nearness.seeds.words for lemma in nearness.taxonomy.lemmas(word))
    assert nearness.tendency(nearness.similarities(word)) > 0.025


@pytest.mark.parametrize("word", ["doleful", "spitefulness", "pilferer", "despicable", "affright"])
def test_words_that_are_no_seed_are_bad_by_their_kin(word):
    nearness = bundled_nearness()
    assert not any(lemma in nearness.seeds.words for lemma in nearness.taxonomy.lemmas(word))
    assert nearness.tendency(nearness.similarities(word)) < -0.025


def test_emotions_are_those_of_the_nearest_seeds():
    nearness = bundled_nearness()
    for word, emotion in (("horror", "fear"), ("sob", "sadness"), ("stench", "disgust")):
        near = nearness.emotions(nearness.similarities(word), FEELINGS)
        assert FEELINGS[int(near.argmax())] == emotion


def test_a_step_down_to_a_seed_is_longer_than_one_up():
    taxonomy, seeds = bundled_taxonomy(), bundled_seeds()
    even = Nearness(taxonomy, seeds, downward=1.0)
    steep = Nearness(taxonomy, seeds)
    above = taxonomy.concept_of("feeling", "n")
    assert np.all(steep.steps(above) >= even.steps(above))
    assert (steep.steps(above) > even.steps(above)).any()


def test_the_mean_is_of_the_nearest():
    values = np.array([0.2, 0.8, 0.4, 0.6])
    assert mean_of_nearest(values, 2) == pytest.approx(0.7)
    assert mean_of_nearest(values, None) == pytest.approx(0.5)
    assert mean_of_nearest(values[:0], 3) == 0


def test_a_seed_that_the_taxonomy_lacks_is_named(tmp_path):
    from paintreel.words.seeds import SEEDS_FILE

    path = tmp_path / "seeds.toml"
    text = SEEDS_FILE.read_text("utf-8").replace("happy happiness", "happy blorft", 1)
    path.write_text(text, "utf-8")
    with pytest.raises(ValueError, match="'blorft'"):
        read_seeds(path, bundled_taxonomy())
