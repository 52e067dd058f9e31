from __future__ import annotations

import numpy as np
import pytest

from paintreel.media.colour_tags import BT601, BT709, ColourTags, default_tags


@pytest.mark.parametrize(
    ("tags", "rgb", "expected"),
    [
        # SMPTE RP 219 bars and BT.601/709 primaries, from the standards' tables.
        (BT709, (255, 255, 255), (235, 128, 128)),
        (BT709, (0, 0, 0), (16, 128, 128)),
        (BT709, (255, 0, 0), (63, 102, 240)),
        (BT709, (0, 255, 0), (173, 42, 26)),
        (BT709, (0, 0, 255), (32, 240, 118)),
        (BT601, (255, 0, 0), (81, 90, 240)),
        (BT601, (0, 255, 0), (145, 54, 34)),
        (BT601, (0, 0, 255), (41, 240, 110)),
        (ColourTags(1, 1, 6, full_range=True), (255, 0, 0), (76, 85, 255.5)),
    ],
)
def test_matrix_matches_the_standards(tags, rgb, expected):
    got = tags.rgb_to_yuv() @ np.array([*rgb, 1.0])
    assert got == pytest.approx(expected, abs=0.6)


@pytest.mark.parametrize(("height", "tags"), [(719, BT601), (720, BT709), (2160, BT709)])
def test_untagged_clips_go_by_their_height(height, tags):
    assert default_tags(height) == tags


def test_rgb_gets_the_matrix_of_its_height_and_no_yuv_keeps_one():
    rgb = BT709.for_rgb()
    assert (rgb.matrix_name, rgb.full_range) == ("rgb", True)
    assert rgb.for_yuv(480).matrix_name == "smpte170m"
    assert rgb.for_yuv(1080) == BT709
    assert BT601.for_yuv(1080) == BT601


def test_hdr_curves_have_names():
    assert ColourTags(9, 16, 9, False).hdr == "PQ (HDR10)"
    assert ColourTags(9, 18, 9, False).hdr == "HLG"
    assert ColourTags(9, 14, 9, False).hdr is None


def test_unknown_matrices_are_told():
    assert not ColourTags(9, 14, 14, False).readable
    assert ColourTags(9, 14, 14, False).matrix_name == "unknown (14)"
