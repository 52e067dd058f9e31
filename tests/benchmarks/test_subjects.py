"""`benchmarks/subjects.py`: sizes and arithmetic as published, and of what is bundled."""

from __future__ import annotations

import numpy as np
import pytest
from torch import nn

from paintreel.errors import UnknownModel
from paintreel.runtime.model import Model


def test_count_by_hand(bench):
    """A 3x3 convolution of 3 to 8 channels at 256x256, and a 2x finer 1x1 one."""
    net = nn.Sequential(
        nn.Conv2d(3, 8, 3, padding=1), nn.Upsample(scale_factor=2), nn.Conv2d(8, 1, 1)
    )
    parameters, gmac = bench("subjects").count(net)
    assert parameters == 8 * (3 * 9 + 1) + 8 + 1
    assert gmac == pytest.approx((256**2 * 8 * 27 + 512**2 * 8) / 1e9)


@pytest.mark.parametrize(
    ("shape", "parameters", "gmac"),
    [("AnimeGANv2Shape", 2.14e6, 26), ("CartoonGANShape", 11.1e6, 54.4)],
)
def test_references_have_the_published_size(bench, shape, parameters, gmac):
    """CartoonGAN's 61.6 GMAC as published count the zeros in its transposed convolutions."""
    make = getattr(bench("reference_networks"), shape)
    counted = bench("subjects").count(make())
    assert counted == pytest.approx((parameters, gmac), rel=0.02)


def test_references_run_as_styles_do(bench, tmp_path):
    for subject in bench("subjects").make_references(tmp_path):
        painted = Model(subject.path)(np.random.default_rng(0).random((1, 3, 32, 48), np.float32))
        assert painted.shape == (1, 3, 32, 48)
        assert painted.std() > 0


def test_bundled_styles_are_found_with_their_size(bench, tmp_path):
    subjects = bench("subjects").find_styles([], tmp_path)
    assert "hereva" in {s.label for s in subjects}
    for subject in subjects:
        assert subject.path.is_file()
        assert 0 < subject.parameters < 2e6
        assert 0 < subject.gmac < 5


def test_unknown_style(bench, tmp_path):
    with pytest.raises(UnknownModel, match="haus"):
        bench("subjects").find_styles(["haus"], tmp_path)


def test_uncounted_needs_no_torch(bench, tmp_path):
    (subject,) = bench("subjects").find_styles(["hereva"], tmp_path, counted=False)
    assert (subject.parameters, subject.gmac) == (None, None)
