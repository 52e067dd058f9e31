"""Drawings of characters: what is seen of a pose, in layers, lines and flats."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, pairwise

import cv2
import numpy as np
import pytest

from paintreel.drawing.canvas import Canvas, Stage
from paintreel.errors import InputError
from paintreel.rig.cast import Cast
from paintreel.rig.easel import Easel
from paintreel.rig.expressions import pose_of
from paintreel.rig.figure import SHEETS, FigureDrawer, FigureLight, draw_character
from paintreel.rig.framing import view_of
from paintreel.rig.identity_files import find_identity, identity_names, parse_identity
from paintreel.rig.parts.eyes import eye_of
from paintreel.rig.parts.mouth import _edges
from paintreel.rig.pose import MOUTH_LETTERS, Hand, Pose
from paintreel.rig.tones import palette_tones
from paintreel.runtime.emotions import EMOTIONS

SIZE = (200, 200)
GIRL = find_identity("girl")


def drawn(pose: Pose, identity=GIRL, size=SIZE, **options) -> np.ndarray:
    return draw_character(identity, pose, size, quick=True, **options).rgba


def cast_of(pose: Pose, identity=GIRL) -> Cast:
    view = view_of(identity, SIZE, "bust", quick=True)
    easel = Easel(view, canvas=Canvas(Stage(16, 16)))
    return Cast(identity, pose, easel, palette_tones(identity.palette))


@pytest.mark.parametrize("name", identity_names())
def test_a_character_stands_on_nothing_inside_the_picture(name):
    rgba = drawn(Pose(), find_identity(name))
    assert rgba.shape == (200, 200, 4)
    assert rgba[:8, :, 3].max() == 0  # air above
    assert rgba[:150, :8, 3].max() == 0
    assert rgba[:150, -8:, 3].max() == 0
    assert rgba[-1, 90:110, 3].min() == 255  # cut by the lower edge
    assert 0.25 < (rgba[..., 3] > 0).mean() < 0.8


def test_a_drawing_is_the_same_every_time():
    assert np.array_equal(drawn(pose_of("fear")), drawn(pose_of("fear")))


@pytest.mark.parametrize("name", identity_names())
def test_shade_stays_inside_what_it_lies_on(name):
    """No half transparent haze round a figure: beyond its edge there is nothing."""
    alpha = draw_character(find_identity(name), pose_of("fear"), (400, 400)).rgba[..., 3]
    solid = cv2.dilate((alpha > 160).astype(np.uint8), np.ones((5, 5), np.uint8))
    assert ((alpha > 8) & (solid == 0)).sum() < 40


def test_layers_laid_over_each_other_are_the_drawing():
    whole = draw_character(GIRL, pose_of("surprise"), SIZE).rgba.astype(int)
    apart = draw_character(GIRL, pose_of("surprise"), SIZE, apart=True)
    assert [layer.name for layer in apart.layers] == list(SHEETS)
    assert all(layer.rgba[..., 3].any() for layer in apart.layers)
    seen = whole[..., 3] > 250
    differs = np.abs(apart.rgba.astype(int) - whole)[seen]
    assert differs.mean() < 1.0
    assert np.percentile(differs, 99.5) < 30


def test_lines_alone_are_black_and_lie_where_the_drawing_is():
    lines, painted = drawn(Pose(), mode="lines"), drawn(Pose())
    inked = lines[..., 3] > 0
    assert lines[inked][:, :3].max() == 0
    assert 0.02 < (lines[..., 3] > 128).mean() < 0.2
    assert (painted[..., 3][lines[..., 3] > 128] > 0).all()


def test_flats_alone_have_the_colours_of_the_palette():
    flats = drawn(Pose(), mode="flats", size=(240, 240))
    sure = flats[flats[..., 3] == 255][:, :3]
    colours, counts = np.unique(sure, axis=0, return_counts=True)
    skin = [int(GIRL.palette.skin[i : i + 2], 16) for i in (1, 3, 5)]
    big = colours[np.argsort(-counts)[:6]].tolist()
    assert skin in big
    assert counts[np.argsort(-counts)[:12]].sum() > 0.9 * len(sure)


def test_a_figure_that_keeps_what_has_not_changed_draws_the_same():
    figure = FigureDrawer(GIRL, SIZE)
    poses = [
        Pose(),
        Pose(speaking=1.0, mouth_shape="D", mouth_next="D"),
        Pose(lid_left=1.0, lid_right=1.0),
        Pose(turn_deg=20.0, lid_left=1.0),
        pose_of("anger"),
        Pose(),
    ]
    for pose in poses:
        kept = figure.draw(pose).astype(int)
        fresh = drawn(pose).astype(int)
        assert np.abs(kept[..., 3] - fresh[..., 3]).max() <= 6
        sure = fresh[..., 3] > 250
        assert np.abs(kept - fresh)[sure].max() <= 10


def test_the_nine_emotions_look_different():
    pictures = {name: drawn(pose_of(name), framing="face").astype(float) for name in EMOTIONS}
    for one, other in combinations(EMOTIONS, 2):
        assert np.abs(pictures[one] - pictures[other]).mean() > 1.2, (one, other)


# Eyes.


def iris_pixels(rgba: np.ndarray) -> np.ndarray:
    """Where the green of the girl's irises is, rows and columns."""
    hsv = cv2.cvtColor(np.ascontiguousarray(rgba[..., :3]), cv2.COLOR_RGB2HSV)
    green = (hsv[..., 0] > 65) & (hsv[..., 0] < 100) & (hsv[..., 1] > 80) & (rgba[..., 3] > 0)
    return np.argwhere(green)


def test_a_blink_hides_the_irises():
    open_, shut = (iris_pixels(drawn(Pose(lid_left=lid, lid_right=lid))) for lid in (0.0, 1.0))
    assert len(open_) > 60
    assert len(shut) == 0


def test_irises_go_where_the_gaze_goes():
    left, right = (iris_pixels(drawn(Pose(gaze_x=x)))[:, 1].mean() for x in (-1.0, 1.0))
    assert right - left > 1.5
    up, down = (iris_pixels(drawn(Pose(gaze_y=y)))[:, 0].mean() for y in (-1.0, 1.0))
    assert down - up > 1


def test_lids_close_evenly():
    opens = [eye_of(cast_of(Pose(lid_left=lid / 10)), -1).openness for lid in range(11)]
    assert all(b <= a + 1e-9 for a, b in pairwise(opens))
    assert opens[0] > 0.8
    assert opens[-1] < 0.05


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_a_growing_feeling_has_no_pop(emotion):
    """At 720p the lids and lips of a face that changes in a second move 6 px a frame at most."""
    unit_px = view_of(GIRL, (1280, 720), "bust").unit_px
    before = None
    for i in range(26):
        cast = cast_of(pose_of(emotion, i / 25))
        now = np.concatenate(
            [*(eye_of(cast, side).outline for side in (-1, 1)), *_edges(cast), cast.face]
        )
        if before is not None:
            assert np.hypot(*(now - before).T).max() * unit_px < 6
        before = now


# Head and mouth.


def test_a_head_turns_tilts_and_bows():
    middle = iris_pixels(drawn(Pose()))
    turned = iris_pixels(drawn(Pose(turn_deg=30.0)))
    assert turned[:, 1].mean() - middle[:, 1].mean() > 6
    bowed = iris_pixels(drawn(Pose(nod_deg=20.0)))
    assert bowed[:, 0].mean() - middle[:, 0].mean() > 4
    tilted = iris_pixels(drawn(Pose(tilt_deg=20.0)))
    left, right = (tilted[:, 1] < tilted[:, 1].mean()), (tilted[:, 1] >= tilted[:, 1].mean())
    assert tilted[right][:, 0].mean() - tilted[left][:, 0].mean() > 6


def test_the_farther_eye_is_the_narrower_one():
    def width(turn: float, side: int) -> float:
        return float(np.ptp(eye_of(cast_of(Pose(turn_deg=turn)), side).upper[:, 0]))

    assert width(30.0, 1) < 0.9 * width(30.0, -1)
    assert width(-30.0, -1) == pytest.approx(width(30.0, 1), rel=1e-6)


def gap(letter: str) -> float:
    pose = Pose(speaking=1.0, mouth_shape=letter, mouth_next=letter)
    upper, lower = _edges(cast_of(pose))
    return float((lower - upper)[:, 1].max())


def test_mouth_shapes_open_as_their_letters_say():
    gaps = {letter: gap(letter) for letter in MOUTH_LETTERS}
    assert gaps["A"] == gaps["X"] == pytest.approx(0.0, abs=0.02)
    assert gaps["D"] == max(gaps.values())
    assert gaps["B"] < gaps["C"] < gaps["D"]
    upper_c, upper_f = (
        np.ptp(_edges(cast_of(Pose(speaking=1.0, mouth_shape=each, mouth_next=each)))[0][:, 0])
        for each in "CF"
    )
    assert upper_f < 0.55 * upper_c


def test_every_pair_of_mouth_shapes_can_be_told_apart_but_rest_and_closed():
    shown = {
        letter: drawn(
            Pose(speaking=1.0, mouth_shape=letter, mouth_next=letter),
            framing="mouth",
            size=(90, 90),
        ).astype(float)
        for letter in MOUTH_LETTERS
    }
    for one, other in combinations(MOUTH_LETTERS, 2):
        differs = np.abs(shown[one] - shown[other]).mean()
        assert differs > (0.3 if {one, other} == {"A", "X"} else 2.0), (one, other)


def test_raised_hands_are_seen_and_hidden_ones_are_not():
    hand = Hand(raised=1.0, x=-1.0, y=0.4)
    skin = np.array([247, 210, 180])
    for pose, most in ((Pose(left_hand=hand), True), (Pose(), False)):
        part = drawn(pose)[120:170, 20:70]
        is_skin = (np.abs(part[..., :3].astype(int) - skin).max(axis=-1) < 12) & (
            part[..., 3] == 255
        )
        assert (is_skin.sum() > 20) == most


# Sizes, light, bad values.


@pytest.mark.parametrize("size", [(16, 16), (1200, 60), (60, 1200), (333, 77)])
def test_any_size_can_be_drawn(size):
    rgba = draw_character(GIRL, Pose(), size).rgba
    assert rgba.shape == (size[1], size[0], 4)
    assert rgba[..., 3].any()


def test_a_character_stands_where_it_is_put():
    left, right = (drawn(Pose(), size=(400, 200), x=x)[..., 3] for x in (0.25, 0.75))
    middles = [np.argwhere(alpha > 0)[:, 1].mean() for alpha in (left, right)]
    assert middles[0] == pytest.approx(100, abs=6)
    assert middles[1] == pytest.approx(300, abs=6)
    half = drawn(Pose(), size=(400, 200), scale=0.5)[..., 3]
    assert (half > 0).sum() < 0.35 * (left > 0).sum()


def test_size_on_the_picture_does_not_change_the_drawing():
    small = draw_character(GIRL, Pose(), (160, 160)).rgba
    big = draw_character(GIRL, Pose(), (640, 640)).rgba
    shrunk = cv2.resize(big, (160, 160), interpolation=cv2.INTER_AREA).astype(int)
    sure = (small[..., 3] == 255) & (shrunk[..., 3] == 255)
    assert np.abs(small.astype(int) - shrunk)[sure].mean() < 6


@pytest.mark.parametrize("size", [(0, 10), (15, 200), (9000, 10), (1.5, 20), (-5, 20)])
def test_sizes_that_cannot_be_drawn_are_refused(size):
    with pytest.raises(InputError, match="size is"):
        draw_character(GIRL, Pose(), size)


@pytest.mark.parametrize("options", [{"framing": "foot"}, {"x": 9.0}, {"scale": 0.0}])
def test_framings_that_are_none_are_refused(options):
    with pytest.raises(InputError):
        draw_character(GIRL, Pose(), SIZE, **options)


def test_light_of_a_background_tints_and_rims():
    plain = drawn(Pose()).astype(float)
    night = drawn(Pose(), light=FigureLight(-1, "#405080", "#fff0c0", 0.8)).astype(float)
    seen = plain[..., 3] == 255
    assert night[seen][:, :3].mean() < 0.75 * plain[seen][:, :3].mean()
    assert np.array_equal(night[..., 3], plain[..., 3])
    with pytest.raises(InputError, match="light"):
        FigureLight(side=2)


@pytest.mark.parametrize("pose", [
    Pose(turn_deg=900.0, nod_deg=-500.0, tilt_deg=90.0),
    Pose(jaw_drop=9.0, lip_corner_pull=-4.0, cheek_raise=7.0, lid_left=-3.0, pupil=40.0),
    Pose(tears=5.0, sweat=-1.0, gloom=8.0, pallor=3.0, blush=-2.0),
    Pose(left_hand=Hand(raised=4.0, x=900.0, y=-900.0, curl=9.0, spread=-3.0)),
    Pose(speaking=4.0, mouth_shape="D", mouth_openness=-3.0, mouth_mix=9.0),
])  # fmt: skip
def test_numbers_out_of_range_are_drawn_all_the_same(pose):
    assert drawn(pose, size=(80, 80))[..., 3].any()


EXTREMES = [
    "[proportions]\nhead_width = 0.55\neye_width = 0.36\neye_spacing = 0.24\niris = 1.0\n",
    "[proportions]\nhead_width = 1.15\njaw = 1.15\nchin = 0.8\nshoulders = 2.2\nbulk = 1.7\n",
    "[proportions]\nshoulders = 0.8\nbulk = 0.6\nneck_width = 0.75\near = 2.2\n[features]\n"
    "ears = 'long'\n",
]


@pytest.mark.parametrize("text", EXTREMES)
def test_impossible_proportions_are_drawn_too(text):
    assert drawn(pose_of("anger"), parse_identity(text))[..., 3].any()


@pytest.mark.parametrize("words", [
    {"hair": hair} for hair in
    ("long", "bob", "ponytail", "pigtails", "braid", "short", "spiky", "curly", "bun", "mohawk",
     "fur", "none")
] + [{"garment": each} for each in
     ("jacket", "tunic", "robe", "sweater", "cardigan", "hoodie", "fur")]
  + [{"worn": each} for each in
     ("glasses", "hat", "witch-hat", "cap", "scarf", "shawl", "earrings", "bow", "flower",
     "headband",
      "necklace", "goggles", "eyepatch")])  # fmt: skip
def test_every_word_of_an_identity_is_drawn_and_changes_the_drawing(words):
    base = (
        "[hair]\nstyle = 'short'\nfringe = 'none'\n[clothes]\ngarment = '{garment}'\n"
        "collar = 'none'\n"
    )
    plain = {"hair": "short", "garment": "tunic", "worn": ""}
    asked = plain | words
    text = f"accessories = {[asked['worn']] if asked['worn'] else []}\n" + base.format(
        **asked
    ).replace("'short'", repr(asked["hair"]))
    other = (
        "[hair]\nstyle = 'none'\nfringe = 'none'\n[clothes]\ngarment = 'sweater'\ncollar = 'none'\n"
    )
    if "worn" in words:
        other = base.format(garment="tunic")
    if words.get("hair") == "none" or words.get("garment") == "sweater":
        other = base.format(garment="robe").replace("'short'", "'curly'")
    view = {"framing": "half"}
    one = drawn(Pose(), parse_identity(text, name="x"), **view)
    two = drawn(Pose(), parse_identity(other, name="x"), **view)
    assert (np.abs(one.astype(int) - two).max(axis=-1) > 24).mean() > 0.0008


def test_hair_swings_with_its_number():
    calm, swung = (drawn(Pose(hair_swing=amount))[..., 3] for amount in (0.0, 1.0))
    assert (np.abs(calm.astype(int) - swung) > 128).sum() > 60


def test_live_numbers_do_not_move_what_a_figure_keeps():
    """What `FigureDrawer` keeps of two poses that differ in live numbers alone is the same."""
    from paintreel.rig.figure import LIVE_NUMBERS

    loud = replace(
        Pose(), **{name: 0.7 for name in LIVE_NUMBERS if not name.startswith("mouth_")},
        mouth_shape="D", mouth_next="D",
    )  # fmt: skip
    pair = [draw_character(GIRL, pose, SIZE, apart=True).layers for pose in (Pose(), loud)]
    for one, other in zip(*pair, strict=True):
        if one.name in ("back", "body", "hands"):
            assert np.array_equal(one.rgba, other.rgba), one.name
