"""The taxonomy of the package: words, meanings, paths; what Eq. 11 makes of them."""

from __future__ import annotations

import numpy as np
import pytest

from paintreel.errors import InputError, ModelFileError
from paintreel.words.taxonomy import (
    TAXONOMY_FILE,
    Taxonomy,
    bundled_taxonomy,
    path_similarity,
)


@pytest.fixture(scope="module")
def taxonomy() -> Taxonomy:
    return bundled_taxonomy()


def test_the_file_is_small_and_its_licence_lies_beside():
    assert TAXONOMY_FILE.stat().st_size <= 3_000_000
    licence = TAXONOMY_FILE.with_name("WORDNET-LICENSE").read_text("utf-8")
    assert "WordNet 3.0 Copyright 2006 by Princeton University" in licence


@pytest.mark.parametrize(
    ("form", "lemma"),
    [
        ("wept", ("weep", 1)),
        ("hopping", ("hop", 1)),
        ("knives", ("knife", 0)),
        ("angrier", ("angry", 2)),
        ("happiest", ("happy", 2)),
        ("boxes", ("box", 0)),
        ("tries", ("try", 1)),
    ],
)
def test_forms_lead_to_their_words(taxonomy, form, lemma):
    assert lemma in taxonomy.lemmas(form)


def test_what_is_no_word_has_no_meaning(taxonomy):
    assert taxonomy.lemmas("blorft") == []
    assert taxonomy.senses("blorft") == ()
    with pytest.raises(InputError, match="'blorft' is not in the taxonomy"):
        taxonomy.concept_of("blorft")


def test_names_of_people_and_places_are_left_out(taxonomy):
    assert "paris" not in taxonomy
    assert "churchill" not in taxonomy


def test_shares_of_meanings_add_up_and_follow_use(taxonomy):
    senses = taxonomy.senses("dog")
    assert sum(sense.share for sense in senses) == pytest.approx(1)
    animal = taxonomy.concept_of("dog", "n")
    assert max(senses, key=lambda sense: sense.share).concept == animal
    assert {int(taxonomy.parts[s.concept]) for s in taxonomy.senses("dog", (1,))} == {1}


def test_paths_are_those_of_wordnet(taxonomy):
    """Dog - canine - carnivore - feline - cat: four steps, as WordNet's own browser counts."""
    dog, cat = taxonomy.concept_of("dog", "n"), taxonomy.concept_of("cat", "n")
    assert taxonomy.steps_between(dog, cat) == taxonomy.steps_between(cat, dog) == 4
    assert taxonomy.steps_between(dog, dog) == 0


def test_adjectives_hang_on_their_nouns(taxonomy):
    joyous, joy = taxonomy.concept_of("joyous", "a"), taxonomy.concept_of("joy", "n")
    assert taxonomy.steps_between(joyous, joy) == 1
    assert taxonomy.steps_between(joyous, taxonomy.concept_of("sorrow", "n")) > 2


def test_similarity_is_equation_11():
    steps = np.array([0.0, 1.0, 4.0])
    assert path_similarity(steps, 2.0).tolist() == pytest.approx([1, 2 / 3, 1 / 3])
    assert np.all(np.diff(path_similarity(np.arange(9.0), 0.5)) < 0)


def test_another_file_is_refused(tmp_path):
    path = tmp_path / "taxonomy.npz"
    np.savez(path, words=np.zeros(3, np.uint8))
    with pytest.raises(ModelFileError, match="is no taxonomy of words"):
        Taxonomy(path)
    path.write_bytes(b"PK\x03\x04 cut")
    with pytest.raises(ModelFileError, match="install the package again"):
        Taxonomy(path)
