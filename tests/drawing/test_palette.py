"""Colours: tones, lamps, what lies on things, the hue of the sky."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from paintreel.drawing.palette import Mood, Paints, PigmentVariants, lch

LEAF = {"leaf": lch(50, 40, 130)}
DAY = Mood("day", ((56, 42, 268), (76, 28, 245), (92, 12, 190)), (98, 22, 95), (42, 28, 272), 1.0)
NIGHT = replace(DAY, hour="night", exposure=0.46)


def test_one_tone_is_that_of_many():
    tones = Paints(DAY, LEAF).tones("leaf", 0.2)
    lit = np.linspace(-1.3, 1.3, 105)
    np.testing.assert_array_equal(tones.at(lit), [tones.at(float(one)) for one in lit])
    np.testing.assert_array_equal(tones.at(2.0), tones.table[-1])


def test_lamps_do_not_fade_at_night():
    lamp = {"lamp": lch(80, 60, 80)}
    day, night = (Paints(mood, lamp) for mood in (DAY, NIGHT))
    np.testing.assert_array_equal(day.glowing("lamp").table, night.glowing("lamp").table)


def test_a_dipped_sky_takes_the_hue_and_keeps_its_lightness():
    paints = Paints(DAY, LEAF)
    before = paints.sky.copy()
    paints.dip("leaf", 1.0)
    np.testing.assert_allclose(paints.sky[:, 0], before[:, 0])
    hues = np.degrees(np.arctan2(paints.sky[:, 2], paints.sky[:, 1]))
    np.testing.assert_allclose(hues, 130.0, atol=1e-6)


def test_variants_are_plain_data():
    """What lies on things and what plants are painted with is named by who draws."""
    colours = {"leaf": lch(50, 40, 130), "ash": lch(60, 0, 0), "pond": lch(40, 30, 240)}
    variants = PigmentVariants(
        cover="ash",
        uncovered=frozenset({"pond"}),
        bare=frozenset({"leaf"}),
        kinds={"leaf": ("ash", "pond")},
        evergreen={"leaf": "pond"},
    )
    paints = Paints(DAY, colours, variants)
    leaf, ash, pond = (paints.tones(name, 0.2) for name in colours)
    assert (leaf.cover, leaf.ground, leaf.bare) == (ash, ash, True)
    assert (leaf.kinds, leaf.evergreen) == ((ash, pond), pond)
    for plain in (ash, pond):
        assert plain.cover is None
        assert plain.ground is plain
        assert not plain.bare
