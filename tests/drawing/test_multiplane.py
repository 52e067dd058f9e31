"""Layers before a camera: where each lies, to a fraction of a pixel, and no edge in sight."""

from __future__ import annotations

from fractions import Fraction

import cv2
import numpy as np
import pytest

from paintreel.drawing import multiplane
from paintreel.drawing.camera import CameraPath, CameraView, named_move
from paintreel.drawing.layers import Layer, LayerStack, composite
from paintreel.drawing.multiplane import Multiplane
from paintreel.errors import InputError

SIZE_PX, MARGIN_PX = (160, 90), (30, 20)
RATE = Fraction(12)


def textured(seed: int, shape=(130, 220)) -> np.ndarray:
    """A random picture without what a pixel grid cannot hold, uint8 (H, W, 3)."""
    noise = np.random.default_rng(seed).normal(0, 1, (*shape, 3))
    smooth = cv2.GaussianBlur(noise, (0, 0), 1.5)
    return np.clip(128 + 45 * smooth / smooth.std(), 0, 255).astype(np.uint8)


def stack_of(depth: float = 0.0) -> LayerStack:
    """A grey sky, and over it a textured sheet of the whole size but for a hole."""
    sky = np.full((130, 220, 4), (90, 90, 90, 255), np.uint8)
    sheet = np.dstack([textured(1), np.full((130, 220), 255, np.uint8)])
    sheet[50:70, 100:120, 3] = 0
    return LayerStack((Layer("sky", sky, 1.0), Layer("sheet", sheet, depth)), MARGIN_PX)


@pytest.fixture(params=["enlarged", "own size"])
def held(request, monkeypatch: pytest.MonkeyPatch) -> str:
    """How the layers are held: as memory allows."""
    if request.param == "own size":
        monkeypatch.setattr(multiplane, "_ENLARGED_BYTES", 0)
    return request.param


def test_at_rest_it_is_the_picture(held):
    stack = stack_of()
    off = Multiplane(stack).frame(CameraView()).astype(int) - stack.with_margin((0, 0)).flatten()
    assert np.abs(off).mean() < 2
    assert np.percentile(np.abs(off), 99) < 16


@pytest.mark.parametrize("dx", [0.0, 0.13, 0.5, 3.8, -7.25])
@pytest.mark.parametrize("depth", [0.0, 0.4])
def test_layers_lie_where_they_should_to_a_fraction_of_a_pixel(held, dx, depth):
    frame = Multiplane(stack_of(depth)).frame(CameraView(x=dx / 160))
    ahead, part = textured(1).astype(np.float64), np.s_[5:28, 10:150]
    # Moved in the frequency domain, to any fraction.
    turn = np.exp(2j * np.pi * np.fft.fftfreq(220) * 1)

    def error(shift: float) -> float:
        moved = np.fft.ifft(np.fft.fft(ahead, axis=1) * turn[None, :, None] ** shift, axis=1).real
        return float((((moved[20:110, 30:190] - frame)[part]) ** 2).mean())

    expected = dx * (1 - depth)
    a, b, c = (error(expected + step) for step in (-0.5, 0.0, 0.5))
    found = expected + 0.25 * (a - c) / (a - 2 * b + c)
    assert found == pytest.approx(expected, abs=0.02 if held == "enlarged" else 0.06)


def test_going_in_keeps_the_middle_and_spreads_by_depth(held):
    near, far = (
        Multiplane(stack_of(depth)).frame(CameraView(zoom=1.5)).astype(int) for depth in (0.0, 1.0)
    )
    still = Multiplane(stack_of(1.0)).frame(CameraView()).astype(int)
    np.testing.assert_array_equal(far, still)  # the sky does not grow
    wide = cv2.resize(still[15:75, 27:133].astype(np.uint8), (159, 90)).astype(int)
    middle = np.s_[35:40, 20:70]
    assert np.corrcoef(near[middle].ravel(), wide[middle].ravel())[0, 1] > 0.8


def test_a_slow_pan_does_not_shimmer():
    """Sharpness must not breathe with the fraction of a pixel, as with plain linear look-up."""
    stand = Multiplane(stack_of())

    def sharpness(picture: np.ndarray) -> float:
        return cv2.Laplacian(picture[5:25].astype(np.float32), cv2.CV_32F).var()

    ours = [sharpness(stand.frame(CameraView(x=k / 10 / 160))) for k in range(11)]
    still = textured(1)
    plain = [
        sharpness(
            cv2.warpAffine(
                still, np.array([[1, 0, 30 + k / 10], [0, 1, 20]]), SIZE_PX,
                flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            )
        )
        for k in range(11)
    ]  # fmt: skip
    assert max(ours) / min(ours) < 1.15
    assert max(ours) / min(ours) - 1 < 0.5 * (max(plain) / min(plain) - 1)


def test_soft_edges_mix_in_light_of_what_is_behind(held):
    """Premultiplied: the colour under alpha 0 is never seen, whatever it is."""
    sky = np.full((40, 60, 4), 255, np.uint8)
    disc = np.zeros((40, 60, 4), np.uint8)
    y, x = np.mgrid[:40, :60]
    cover = np.clip(10.5 - np.hypot(x - 30, y - 20), 0, 1)
    disc[..., 3] = np.rint(255 * cover)
    disc[cover > 0, :3] = (200, 200, 200)  # on black
    frame = Multiplane(LayerStack((Layer("sky", sky, 1.0), Layer("disc", disc, 0.0)))).frame(
        CameraView(zoom=1.03)
    )
    assert frame.min() >= 196


def test_layers_between_which_others_can_go(held):
    stand, view = Multiplane(stack_of(0.3)), CameraView(0.05, -0.02, 1.1)
    layers = stand.layers(view)
    assert [(layer.name, layer.depth) for layer in layers] == [("sky", 1.0), ("sheet", 0.3)]
    picture = layers[0].rgba[..., :3].copy()
    composite(picture, layers[1].rgba)
    assert np.abs(picture.astype(int) - stand.frame(view)).max() <= 2


@pytest.mark.parametrize(
    "rows",
    [
        [[0, -0.1, 0.05, 1.0], [1, 0.12, -0.1, 1.2]],
        [[0, 0.0, 0.0, 0.8], [1, 0.05, 0.0, 1.0]],
    ],
)
def test_no_edge_is_ever_seen(rows):
    """A white sheet over black: what lay outside the layers would be dark."""
    path = CameraPath(rows)
    across, down = path.margin_px(SIZE_PX, RATE)
    shape = (SIZE_PX[1] + 2 * down, SIZE_PX[0] + 2 * across, 4)
    white = np.full(shape, 255, np.uint8)
    # A dark rim in the outermost pixel shows whether the margin is large enough, and not larger.
    white[[0, -1], :, :3] = white[:, [0, -1], :3] = 0
    back = np.full(shape, 255, np.uint8)
    stack = LayerStack((Layer("sky", back, 1.0), Layer("sheet", white, 0.0)), (across, down))
    stand = Multiplane(stack)
    assert min(stand.frame(view).min() for view in path.views(RATE)) > 250
    short = stack.with_margin((across - 5, down))
    widest = max(path.views(RATE), key=lambda view: view.overscan(0.0)[0])
    with pytest.raises(InputError, match="px beyond the picture, but its layers have a margin of"):
        Multiplane(short).frame(widest)


def test_an_empty_layer_is_no_hindrance():
    stack = stack_of()
    nothing = Layer("nothing", np.zeros((130, 220, 4), np.uint8), 0.0)
    with_it = LayerStack((*stack.layers, nothing), MARGIN_PX)
    view = named_move("right", 1).at(0.3)
    np.testing.assert_array_equal(Multiplane(with_it).frame(view), Multiplane(stack).frame(view))
