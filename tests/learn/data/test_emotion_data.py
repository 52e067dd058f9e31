"""Voices and faces with emotions: every layout, labels, framing, variation."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from voices import RATE_HZ, spoken, write_sound

from paintreel.audio.pitch import pitch_hz
from paintreel.audio.sound import Sound
from paintreel.errors import DataError
from paintreel.learn.data.emotion_labels import CLASSES, emotion_of
from paintreel.learn.data.emotion_set import face_set, voice_set
from paintreel.learn.data.faces import read_faces
from paintreel.learn.data.speech_variation import (
    add_noise,
    faster,
    in_room,
    masked,
    narrowed,
    pitched,
    varied,
)
from paintreel.learn.data.utterances import find_utterances, read_utterances
from paintreel.runtime.emotion_features import FACE_PX
from portraits import portrait

RNG = np.random.default_rng(2)


def voice(path: Path, seed: int = 0, seconds: float = 1.0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return write_sound(path, spoken(4, seconds, seed=seed).samples[None])


def face(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(portrait()).save(path)
    return path


def median_hz(samples: np.ndarray) -> float:
    hz = pitch_hz(Sound(samples.astype(np.float32), RATE_HZ))
    return float(np.median(hz[hz > 0]))


def test_recordings_of_every_layout(tmp_path):
    voice(tmp_path / "a/x1.wav")
    (tmp_path / "a/manifest.tsv").write_text("file\temotion\tspeaker\nx1.wav\thappy\tanna\n")
    voice(tmp_path / "b/anger/ben_01.wav")
    voice(tmp_path / "c/03a01Wa.wav")
    found = {name: find_utterances(tmp_path / name) for name in "abc"}
    assert [(u.emotions, u.speakers) for u in found.values()] == [
        (("happiness",), ("anna",)),
        (("anger",), ("ben",)),
        (("anger",), ("03",)),
    ]


def test_recordings_are_two_seconds_long(tmp_path):
    voice(tmp_path / "fear/a_1.wav", seconds=1.0)
    voice(tmp_path / "fear/b_1.wav", seconds=3.0)
    read = read_utterances(tmp_path)
    assert read.samples.shape == (2, 2 * RATE_HZ)
    assert not read.samples[0, :4000].any()  # in the middle of silence
    assert read.samples[1, :4000].any()


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("file\temotion\nx.wav\tanger\n", "no column speaker"),
        ("file\temotion\tspeaker\nx.wav\tangst\ta\n", "line 2: 'angst'"),
        ("file\temotion\tspeaker\nx.wav\tanger\ta\n", "no such file"),
        ("file\temotion\tspeaker\n", "no labelled recordings"),
    ],
)
def test_a_table_with_a_mistake_is_refused(tmp_path, table, words):
    (tmp_path / "manifest.tsv").write_text(table)
    with pytest.raises(DataError, match=words):
        read_utterances(tmp_path)
    with pytest.raises(DataError, match="no such folder"):
        read_utterances(tmp_path / "nothing")


def test_faces_of_every_layout(tmp_path):
    face(tmp_path / "a/anna/angry/1.png")
    face(tmp_path / "b/1.png")
    (tmp_path / "b/manifest.tsv").write_text(
        "file\temotion\tfamily\n1.png\tsurprised\tink\n1.png\tcontempt\tink\n"
    )
    pixels = " ".join(map(str, RNG.integers(0, 256, 48 * 48)))
    (tmp_path / "c").mkdir()
    (tmp_path / "c/fer2013.csv").write_text(f"emotion,pixels,Usage\n3,{pixels},Training\n")
    face(tmp_path / "d/images/7.png").rename(tmp_path / "d/images/7.jpg")
    (tmp_path / "d/annotations").mkdir()
    np.save(tmp_path / "d/annotations/7_exp.npy", np.array(2))
    found = {name: read_faces(tmp_path / name) for name in "abcd"}
    assert [(f.emotions, f.families) for f in found.values()] == [
        (("anger",), ("anna",)),
        (("surprise",), ("ink",)),
        (("happiness",), ("fer2013",)),
        (("sadness",), ("affectnet",)),
    ]
    for examples in found.values():
        assert examples.faces[0].view().shape == (FACE_PX, FACE_PX, 3)


def test_a_photographed_face_is_framed_by_its_eyes(tmp_path):
    """As in a clip: the eyes lie in one row in the upper half, whatever the picture was."""
    face(tmp_path / "happy/1.png")
    (example,) = read_faces(tmp_path).faces
    eyes = example.face.landmarks[:2]
    assert abs(eyes[0, 1] - eyes[1, 1]) < 12
    view = example.view()
    again = example.view(np.random.default_rng(0))
    assert view.dtype == again.dtype == np.uint8
    assert not np.array_equal(view, again)


def test_faces_that_are_none(tmp_path):
    with pytest.raises(DataError, match="no labelled faces"):
        read_faces(tmp_path)
    (tmp_path / "fer2013.csv").write_text("emotion,pixels\n9,1 2 3 4\n")
    with pytest.raises(DataError, match="line 2"):
        read_faces(tmp_path)


def test_labels_are_brought_to_one_table():
    assert {emotion_of(word) for word in ("Angry", "anger")} == {"anger"}
    assert emotion_of("contempt") is None
    assert len(CLASSES) == 8
    assert "calm" not in CLASSES


def test_variations_do_what_they_say():
    sound = spoken(6, 2.0).samples.astype(np.float64)
    base = median_hz(sound)
    assert median_hz(faster(sound, 1.2)) == pytest.approx(1.2 * base, rel=0.04)
    higher = pitched(sound, 4)
    assert median_hz(higher) == pytest.approx(2 ** (4 / 12) * base, rel=0.06)
    assert len(higher) == pytest.approx(len(sound), rel=0.02)
    noise = RNG.normal(size=len(sound))
    noisy = add_noise(sound * 0.1, noise, 10)
    ratio = np.square(sound * 0.1).mean() / np.square(noisy - sound * 0.1).mean()
    assert 10 * np.log10(ratio) == pytest.approx(10, abs=0.2)
    tail = np.concatenate([sound[:8000], np.zeros(8000)])
    assert np.abs(in_room(tail, 0.5, RNG)[9000:]).max() > 1e-3
    thin = narrowed(noise, 3400)
    spectrum = np.abs(np.fft.rfft(thin)) / np.abs(np.fft.rfft(noise))
    hz = np.fft.rfftfreq(len(noise), 1 / RATE_HZ)
    assert spectrum[hz > 6000].max() < 0.05 < 0.9 < spectrum[hz < 2000].min()


def test_a_variation_is_as_long_and_no_louder_than_full_scale():
    sound = spoken(6, 2.0).samples
    for seed in range(5):
        other = varied(sound, np.random.default_rng(seed), np.tile(sound, 3))
        assert other.shape == sound.shape
        assert other.dtype == np.float32
        assert np.abs(other).max() <= 1


def test_masks_leave_the_mean(tmp_path):
    rows = RNG.normal(size=(100, 44)).astype(np.float32)
    out = masked(rows, np.random.default_rng(1), bands=40)
    changed = (out != rows).any(1)
    assert changed.any()
    assert out.mean() == pytest.approx(rows.mean(), abs=0.05)


def test_a_set_holds_everything_as_it_is_first(tmp_path):
    voice(tmp_path / "v/fear/a_1.wav")
    voice(tmp_path / "v/anger/b_1.wav", seed=3)
    voices = voice_set(read_utterances(tmp_path / "v"), np.random.default_rng(0), copies=2)
    assert voices.rows.shape[:2] == voices.statistics.shape[:2] == (3, 2)
    assert voices.truth.tolist() == [CLASSES.index("anger"), CLASSES.index("fear")]
    assert not np.array_equal(voices.rows[0], voices.rows[1])
    face(tmp_path / "f/happy/1.png")
    faces = face_set(read_faces(tmp_path / "f"), np.random.default_rng(0), copies=1)
    assert faces.views.shape == (2, 1, FACE_PX, FACE_PX, 3)
