"""What training shows a scene network is what using it shows it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from paintreel.learn.data.rough_variation import Variation
from paintreel.learn.data.scene_pairs import PairSampler, PairSettings, make_panels
from paintreel.roughs.rough import Rough
from paintreel.scenes.network import Finisher
from paintreel.worlds.categories import find_category

SIDE_PX = 96


@pytest.mark.parametrize("mode", ["both", "blocks", "lines"])
def test_planes_and_label_are_equal_bit_for_bit(
    mode, make_scene_model, picture, tmp_path, monkeypatch
):
    square = cv2.resize(picture(3), (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_AREA)
    (panel,) = make_panels([square], ["water"], scales_px=(SIDE_PX,), cache=tmp_path / "roughs")
    unvaried = Variation(flip=0, colour=0, contrast=0, rotate=0, blur=0, cutout=0, lines=0, tones=0)
    settings = PairSettings(
        crop_px=SIDE_PX,
        batch=1,
        scales_px=(SIDE_PX,),
        levels={"standard": 1.0},
        modes={mode: 1.0},
        unknown=0.0,
        variation=unvaried,
    )
    planes, label, _truth = PairSampler([panel], settings, np.random.default_rng(0))()

    finisher = Finisher(make_scene_model(tmp_path / "model"), tile="off")
    asked = []
    run = finisher.model.run
    monkeypatch.setattr(finisher.model, "run", lambda x: asked.append(x) or run(x))
    rough = panel.views[0].rough("standard")
    given = {
        "both": rough,
        "blocks": Rough(rough.blocks, None),
        "lines": Rough(None, rough.lines),
    }[mode]
    finisher.finish(given, find_category("water"))
    np.testing.assert_array_equal(planes, asked[-1]["rough"])
    np.testing.assert_array_equal(label, asked[-1]["category"])
