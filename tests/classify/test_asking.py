"""`paintreel.classify` and `classify_video`."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import paintreel
from paintreel.errors import InputError, PictureTooLarge, UnknownModel, UnreadableFile

pytestmark = pytest.mark.usefixtures("tiny_classifiers")


@pytest.mark.parametrize("mood", ["anger", "calm", "fear", "happiness", "sadness"])
def test_the_likeliest_class_is_the_label(mood: str, of_mood):
    found = paintreel.classify(of_mood(mood))
    assert found.label == mood
    assert max(found.probabilities, key=found.probabilities.get) == mood
    assert sum(found.probabilities.values()) == pytest.approx(1)
    assert found.familiar


def test_any_kind_of_picture_gets_the_same_answer(of_mood, save_picture, tmp_path: Path):
    pixels = of_mood("sadness")
    path = save_picture(tmp_path / "blue.png", pixels)
    kinds = (pixels, path, str(path), Image.fromarray(pixels), pixels.astype(np.uint16) * 257)
    assert len({paintreel.classify(each).probabilities["sadness"] for each in kinds}) == 1


def test_the_task_picks_the_model(of_mood):
    assert paintreel.classify(of_mood("sadness"), task="scene").label == "water"
    assert set(paintreel.classify(of_mood("sadness"), task="medium").probabilities) == {
        "photograph",
        "watercolour",
    }


def test_the_map_lies_on_the_half_that_speaks_for_the_class(of_mood):
    halves = np.concatenate([of_mood("sadness", 128, 128), of_mood("anger", 128, 128)], axis=1)
    found = paintreel.classify(halves)
    heat = found.map("anger")
    assert heat.shape == (128, 256)
    assert heat[:, 160:].mean() > 0.9 > 0.2 > heat[:, :96].mean()


def test_transparency_is_white(of_mood):
    pixels = np.dstack([of_mood("fear"), np.zeros((64, 96), np.uint8)])
    seen = paintreel.classify(pixels)
    white = paintreel.classify(np.full((64, 96, 3), 255, np.uint8))
    assert seen.probabilities == pytest.approx(white.probabilities)


def test_plain_colour_and_single_pixels_are_not_familiar():
    for pixels in (np.full((1, 1, 3), 90, np.uint8), np.full((70, 50), 200, np.uint8)):
        found = paintreel.classify(pixels)
        assert not found.familiar
        assert found.distance > 1


def test_an_unknown_task_is_told_the_nearest(of_mood):
    with pytest.raises(UnknownModel, match="did you mean 'mood'"):
        paintreel.classify(of_mood("calm"), task="moood")


def test_a_model_file_answers_by_the_name_of_its_head(classifier_file: Path, of_mood):
    assert paintreel.classify(of_mood("calm"), task="scene", model=str(classifier_file)).label
    with pytest.raises(InputError, match="medium, mood, scene"):
        paintreel.classify(of_mood("calm"), task="era", model=str(classifier_file))


def test_a_clip_is_sent_to_the_function_for_clips(of_mood, make_lossless_clip, tmp_path: Path):
    clip = make_lossless_clip(tmp_path / "clip.mkv", [of_mood("calm")] * 3)
    with pytest.raises(InputError, match="classify_video"):
        paintreel.classify(clip)


def test_files_that_cannot_be_read_say_so(tmp_path: Path, of_mood, save_picture):
    with pytest.raises(UnreadableFile):
        paintreel.classify(tmp_path / "missing.png")
    path = save_picture(tmp_path / "calm.png", of_mood("calm"))
    with pytest.raises(PictureTooLarge):
        paintreel.classify(path, max_pixels=100)
    with pytest.raises(InputError, match="a path, a PIL image or a numpy array"):
        paintreel.classify(3)


def test_a_clip_has_a_timeline(of_mood, make_lossless_clip, tmp_path: Path):
    frames = [of_mood("calm")] * 24 + [of_mood("fear")] * 12 + [of_mood("calm")] * 12
    clip = make_lossless_clip(tmp_path / "clip.mkv", frames)
    found = paintreel.classify_video(clip, every_s=0.25)
    assert [label for _, label in found.timeline] == ["calm", "fear", "calm"]
    assert [t for t, _ in found.timeline] == pytest.approx([0, 1, 1.5], abs=2e-3)
    assert found.label == "calm"
    assert found.shares == {"calm": 0.75, "fear": 0.25}
    assert len(found.moments) == 8
    assert all(moment.map is None for _, moment in found.moments)
