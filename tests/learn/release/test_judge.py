from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
import torch

from paintreel.errors import DataError, ModelFileError, UnknownModel
from paintreel.learn.release.judge import (
    CROP_PX,
    PictureJudge,
    feature_statistics,
    few_crops_note,
    grid_crops,
)
from paintreel.runtime.card import card_beside
from paintreel.runtime.catalog import list_models


@pytest.mark.parametrize(
    ("height", "width", "count"),
    [(160, 160, 1), (200, 330, 2), (330, 500, 6), (1000, 2000, 6), (160, 2000, 3)],
)
def test_grid_crops_lie_evenly(height, width, count):
    y, x = np.mgrid[:height, :width]
    picture = np.dstack([y % 256, x % 256, np.zeros_like(x)]).astype(np.uint8)
    crops = grid_crops(picture)
    assert crops.shape == (count, 3, CROP_PX, CROP_PX)
    assert crops.dtype == np.float32
    corners = np.rint(crops[:, :2, 0, 0] * 255).astype(int).tolist()
    assert [0, 0] in corners
    if count == 6:
        assert [(height - CROP_PX) % 256, (width - CROP_PX) % 256] in corners
    assert len({tuple(c) for c in corners}) == count


def test_file_judges_as_the_network_does(judge_file, tiny_judge, picture):
    pictures = [picture(0, 100, 400), picture(1, 160, 160), picture(2, 330, 500)]
    probability, features = PictureJudge(judge_file).crops(pictures)
    assert probability.shape == (7,)  # the first picture is too small
    assert features.shape == (7, 16)
    with torch.no_grad():
        x = torch.from_numpy(np.concatenate([grid_crops(p) for p in pictures[1:]]))
        np.testing.assert_allclose(probability, tiny_judge(x).sigmoid(), atol=1e-5)
        np.testing.assert_allclose(features, tiny_judge.features(x), atol=1e-5)


def test_measures_are_relative_to_panels(judge_file, drawings, clouds):
    judge = PictureJudge(judge_file)
    _, features = judge.crops(drawings(0))
    panels = feature_statistics(features)
    near, far = (judge.measures(p, panels) for p in (drawings(1), clouds(0)))
    assert 0 <= near["judge"] <= 1
    assert near["frechet"] < far["frechet"]


def test_few_crops_are_noted(judge_file, drawings):
    _, features = PictureJudge(judge_file).crops(drawings(0, 1))
    note = few_crops_note(feature_statistics(features), drawings(1, 4))
    assert note is not None
    assert "6 crops for 16 features" in note
    _, features = PictureJudge(judge_file).crops(drawings(0, 4))
    assert few_crops_note(feature_statistics(features), drawings(1, 4)) is None


def test_nothing_large_enough_to_judge(judge_file, picture):
    with pytest.raises(DataError, match="none of 1 pictures has 160 px a side"):
        PictureJudge(judge_file).crops([picture(0, 100, 400)])


def test_other_models_are_refused(make_style, tmp_path):
    with pytest.raises(ModelFileError, match="a model for 'stylize', expected one for 'judge'"):
        PictureJudge(make_style(tmp_path / "ink"))
    with pytest.raises(UnknownModel, match="jugde"):
        PictureJudge("jugde")


def test_bundled_judge_is_listed_and_its_card_is_its_own(examples):
    assert "judge" in [model.name for model in list_models(task="judge")]
    judge = PictureJudge()
    card = card_beside(judge.path)
    card.verify(judge.path)
    assert card.training["measures"]["panels"] > card.training["measures"]["photographs"]
    assert judge.path.stat().st_size < 4_000_000


def test_judging_needs_no_torch():
    code = (
        "import sys; sys.modules['torch'] = None\n"
        "from paintreel.learn.release.judge import PictureJudge; PictureJudge()"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
