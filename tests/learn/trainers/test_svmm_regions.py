from __future__ import annotations

import cv2
import numpy as np
import pytest

from paintreel.errors import DataError
from paintreel.learn.data.scene_pairs import Panel, View, encode_rough
from paintreel.learn.trainers.svmm_regions import DESCRIPTORS, RoughSample, cluster, survey
from paintreel.roughs.rough import Rough
from paintreel.roughs.superpixels import FEATURES
from paintreel.worlds.categories import LABELS


def striped_half(seed: int = 0, side_px: int = 64) -> View:
    """A plain left half and a finely striped right one, over two flat colours."""
    blocks = np.full((side_px, side_px, 3), 90, np.uint8)
    blocks[:, side_px // 2 :] = 160
    truth = blocks.astype(int) + np.random.default_rng(seed).integers(-1, 2, blocks.shape)
    truth[::2, side_px // 2 :] += 40
    truth[1::2, side_px // 2 :] -= 40
    lines = np.full(blocks.shape[:2], 255, np.uint8)
    lines[:, side_px // 2] = 0
    levels = {
        "coarse": encode_rough(Rough(blocks, None)),
        "standard": encode_rough(Rough(blocks, lines)),
    }
    return View(truth.astype(np.uint8), levels)


def test_survey_takes_the_levels_in_turn():
    panel = Panel((striped_half(), striped_half(1)), "water")
    levels = ("coarse", "standard")
    assert [s.level for s in survey(panel, 4, levels)] == ["coarse", "standard"]
    seen = survey(panel, 5, levels)
    assert [s.level for s in seen] == ["standard", "coarse"]
    assert all(s.panel == 5 for s in seen)
    assert seen[0].area.tolist() == [64 * 32, 64 * 32]
    assert seen[0].features.shape == (2, len(FEATURES) + len(LABELS))
    assert seen[0].texture.shape == (2, DESCRIPTORS)
    rough, regions = seen[0].look()
    assert rough.lines is not None
    assert regions.count == 2


def test_texture_sees_stripes_and_which_way_they_run():
    (seen,) = survey(Panel((striped_half(),), None), 0, ("coarse",))
    plain, striped = seen.texture
    assert striped[0] > plain[0] + 1  # the finest band
    # Turned by a quarter, the direction's first component changes sign.
    view = striped_half()
    turned = View(
        np.ascontiguousarray(cv2.rotate(view.truth, cv2.ROTATE_90_CLOCKWISE)),
        {
            "coarse": encode_rough(
                Rough(
                    np.ascontiguousarray(
                        cv2.rotate(view.rough("coarse").blocks, cv2.ROTATE_90_CLOCKWISE)
                    ),
                    None,
                )
            )
        },
    )
    (other,) = survey(Panel((turned,), None), 0, ("coarse",))
    assert striped[-3] * other.texture[1][-3] < 0


def test_texture_is_free_of_colour():
    view = striped_half()
    lighter = View(
        view.truth + 20, {"coarse": encode_rough(Rough(view.rough("coarse").blocks + 20, None))}
    )
    (a,) = survey(Panel((view,), None), 0, ("coarse",))
    (b,) = survey(Panel((lighter,), None), 0, ("coarse",))
    np.testing.assert_allclose(a.texture, b.texture, atol=0.05)


def test_cluster_parts_textures_and_orders_them_by_liveliness():
    seen = [s for i in range(6) for s in survey(Panel((striped_half(i),), None), i, ("coarse",))]
    for classes in cluster(seen, classes=2, seed=0):
        assert classes.tolist() == [0, 1]


def test_small_regions_have_no_class():
    (seen,) = survey(Panel((striped_half(),), None), 0, ("coarse",))
    tiny = RoughSample(**vars(seen) | {"area": np.array([95, 4000])})
    more = survey(Panel((striped_half(1),), None), 1, ("coarse",))
    classes = cluster([tiny, *more], classes=2, seed=0)
    assert classes[0][0] == -1
    assert classes[0][1] >= 0


def test_too_few_regions():
    seen = survey(Panel((striped_half(),), None), 0, ("coarse",))
    with pytest.raises(DataError, match="2 regions, too few for 16 classes"):
        cluster(seen, classes=16, seed=0)
