"""The taxonomy is made of WordNet's files: here of a small one in their format."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

from paintreel.errors import InputError
from paintreel.learn.release import taxonomy as maker
from paintreel.words.taxonomy import Taxonomy

DATA = {
    "data.noun": """\
  1 This is the licence.
00000100 03 n 01 entity 0 002 ~ 00000200 n 0000 ~ 00000300 n 0000 | all
00000200 12 n 02 joy 0 glad_feeling 0 002 @ 00000100 n 0000 ! 00000300 n 0101 | what is felt
00000300 12 n 01 sorrow 0 001 @ 00000100 n 0000 | what is felt
00000400 15 n 01 Paris 0 001 @i 00000100 n 0000 | a place
00000500 05 n 02 Felis 0 cat 0 001 @ 00000100 n 0000 | an animal
""",
    "data.verb": "00000600 37 v 01 weep 0 001 + 00000300 n 0101 01 + 02 00 | cry\n",
    "data.adj": """\
00000700 00 a 01 happy 0 002 = 00000200 n 0000 ! 00000800 a 0101 | feeling joy
00000800 00 a 01 sad 0 001 ! 00000700 a 0101 | feeling sorrow
00000900 00 s 01 merry(p) 0 001 & 00000700 a 0000 | happy
""",
    "data.adv": "00001000 02 r 01 happily 0 001 \\ 00000700 a 0101 | so\n",
    "index.noun": """\
entity n 1 1 ~ 1 0 00000100
joy n 1 1 @ 1 1 00000200
glad_feeling n 1 1 @ 1 0 00000200
sorrow n 1 1 @ 1 0 00000300
cat n 1 1 @ 1 0 00000500
""",
    "index.verb": "weep v 1 1 + 1 0 00000600\n",
    "index.adj": """\
happy a 1 1 ! 1 0 00000700
sad a 1 1 ! 1 0 00000800
merry a 1 1 & 1 0 00000900
""",
    "index.adv": "happily r 1 1 \\ 1 0 00001000\n",
    "cntlist.rev": "joy%1:12:00:: 1 7\n",
    "noun.exc": "joi joy\n",
    "verb.exc": "wept weep\n",
    "adj.exc": "unknowner unknown\n",
    "adv.exc": "",
}


@pytest.fixture
def wordnet(tmp_path, monkeypatch):
    folder = tmp_path / "wordnet"
    folder.mkdir()
    hashes = {}
    for name, text in DATA.items():
        (folder / name).write_text(text, "latin-1")
        hashes[name] = hashlib.sha256(text.encode("latin-1")).hexdigest()
    monkeypatch.setattr(maker, "HASHES", {name: hashes[name] for name in maker.HASHES})
    return folder


def test_what_is_kept_and_how_it_hangs_together(wordnet, tmp_path, capsys):
    out = tmp_path / "made.npz"
    assert maker.main(["--wordnet", str(wordnet), "--out", str(out)]) == 0
    made = Taxonomy(out)
    assert made.words == sorted(
        [
            "cat",
            "entity",
            "glad feeling",
            "happily",
            "happy",
            "joy",
            "merry",
            "sad",
            "sorrow",
            "weep",
        ]
    )
    of = made.concept_of
    assert made.steps_between(of("joy"), of("sorrow")) == 2
    assert made.steps_between(of("happy"), of("joy")) == 1  # its attribute
    assert made.steps_between(of("merry"), of("joy")) == 2  # what it resembles
    assert made.steps_between(of("happily"), of("joy")) == 2  # what it is derived from
    assert made.steps_between(of("weep"), of("sorrow")) == 1
    assert made.steps_between(of("sad"), of("joy")) is None
    assert made.lemmas("wept") == [("weep", 1)]


def test_the_same_file_comes_out_each_time(wordnet, tmp_path):
    for name in ("a.npz", "b.npz"):
        maker.main(["--wordnet", str(wordnet), "--out", str(tmp_path / name)])
    with np.load(tmp_path / "a.npz") as a, np.load(tmp_path / "b.npz") as b:
        assert a.files == b.files
        assert all(np.array_equal(a[name], b[name]) for name in a.files)


def test_other_files_are_refused(wordnet, tmp_path):
    (wordnet / "data.adv").write_text("changed")
    with pytest.raises(InputError, match=r"data\.adv has SHA-256"):
        maker.main(["--wordnet", str(wordnet), "--out", str(tmp_path / "x.npz")])
    with pytest.raises(InputError, match="is not there"):
        maker.main(["--wordnet", str(tmp_path), "--out", str(tmp_path / "x.npz")])
