from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from paintreel.imaging.geometry import pad_to_multiple
from paintreel.imaging.tiles import apply_tiled
from paintreel.learn.losses.painted import painted_loss
from paintreel.learn.models.fsgan import (
    CRITICS,
    PAIR,
    PRESETS,
    Generator,
    log_amplitude,
    luma,
    normalised,
)

each_preset = pytest.mark.parametrize("preset", PRESETS)
each_critic = pytest.mark.parametrize("name", CRITICS)


def make(preset: str) -> Generator:
    torch.manual_seed(0)
    return Generator(PRESETS[preset])


def make_critic(name: str) -> nn.Module:
    torch.manual_seed(0)
    return CRITICS[name](PRESETS["tiny"])


def shown(name: str, x: Tensor) -> Tensor:
    """What a critic is shown of pictures: some see them beside a photograph, here of one grey."""
    return torch.cat([torch.full_like(x, 0.5), x], dim=1) if name == PAIR else x


def bold(generator: Generator) -> Generator:
    """With a head that paints far from the input, so that an error in its reach shows."""
    with torch.no_grad():
        generator.head[0].weight.normal_(0, 0.05)
    return generator.eval()


# Generator


@each_preset
@pytest.mark.parametrize("size", [(1, 8, 8), (2, 64, 40), (1, 16, 104)])
def test_any_multiple_of_eight(preset, size):
    n, height, width = size
    x = torch.rand(n, 3, height, width)
    y = make(preset)(x)
    assert y.shape == x.shape
    assert y.dtype == torch.float32


@each_preset
def test_starts_with_the_photograph_in_sight(preset):
    x = torch.rand(1, 3, 64, 64)
    with torch.no_grad():
        y = make(preset).train()(x)
    assert 0.001 < (y - x).abs().mean() < 0.25
    assert np.corrcoef(x.flatten(), y.flatten())[0, 1] > 0.9


@each_preset
def test_one_step_lowers_the_painted_loss(preset):
    torch.manual_seed(1)
    generator = make(preset).train()
    photo, teacher = torch.rand(2, 3, 64, 64), torch.rand(2, 3, 64, 64)
    optimiser = torch.optim.Adam(generator.parameters(), 1e-3)
    before = painted_loss(generator(photo), teacher)
    before.backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in generator.parameters())
    optimiser.step()
    assert painted_loss(generator(photo), teacher) < before


@each_preset
def test_clipped_in_evaluation_alone(preset):
    generator = make(preset)
    with torch.no_grad():
        generator.head[0].bias.fill_(3.0)
        x = torch.rand(1, 3, 32, 32)
        assert generator.train()(x).min() > 1.5
        assert generator.eval()(x).max() == 1.0
        generator.head[0].bias.fill_(-3.0)
        assert generator.eval()(x).min() == 0.0


@each_preset
def test_weights_fit_the_four_megabytes(preset):
    assert sum(p.numel() for p in make(preset).parameters()) * 4 < 4_000_000


@each_preset
def test_no_norm_no_statistics(preset):
    """One picture of a batch does not see another, and training does not differ from use."""
    generator = make(preset)
    border = generator.halo_px
    side = 2 * border + 32
    x = torch.rand(2, 3, side, side)
    inside = (..., slice(border, -border), slice(border, -border))
    with torch.no_grad():
        torch.testing.assert_close(generator(x)[:1], generator(x[:1]))
        y = generator.train()(x)
        torch.testing.assert_close(y.clamp(0, 1)[inside], generator.eval()(x)[inside])


def reach_px(generator: Generator, axis: int) -> int:
    """Largest distance of an input pixel that an output pixel depends on, over all phases.

    With weights and input above zero nothing is cut off by a ReLU and nothing cancels.
    """
    with torch.no_grad():
        for p in generator.parameters():
            p.abs_()
    generator.train()
    length = 2 * generator.halo_px + 64
    size = (8, length) if axis == 3 else (length, 8)
    middle = length // 16 * 8
    worst = 0
    for phase in range(generator.multiple):
        x = torch.ones(1, 3, *size, requires_grad=True)
        generator(x).select(axis, middle + phase).sum().backward()
        other = 5 - axis
        touched = x.grad.abs().sum(dim=(0, 1, other)).nonzero().flatten()
        worst = max(worst, int((touched - middle - phase).abs().max()))
    return worst


@each_preset
@pytest.mark.parametrize("axis", [2, 3])
def test_receptive_field_fits_the_halo(preset, axis):
    generator = make(preset)
    reach = reach_px(generator, axis)
    assert reach <= generator.halo_px
    assert reach > generator.halo_px - generator.multiple  # and not a cell too many
    assert generator.halo_px % generator.multiple == 0


@each_preset
def test_tiles_equal_one_pass(preset):
    generator = bold(make(preset))
    height, width = (generator.halo_px * 2 + 75, generator.halo_px * 2 + 149)
    picture = np.random.default_rng(0).uniform(0, 1, (height, width, 3)).astype(np.float32)
    calls = []

    @torch.no_grad()
    def paint(part: np.ndarray) -> np.ndarray:
        padded, _ = pad_to_multiple(part, generator.multiple)
        calls.append(padded.shape)
        x = torch.from_numpy(padded.transpose(2, 0, 1)[None].copy())
        painted = generator(x)[0].permute(1, 2, 0).numpy()
        return painted[: part.shape[0], : part.shape[1]]

    whole = paint(picture)
    assert np.abs(whole - picture).mean() > 0.05
    calls.clear()
    options = {"tile_px": 64, "multiple": generator.multiple}
    tiled = apply_tiled(picture, paint, halo_px=generator.halo_px, **options)
    assert len(calls) >= 4
    np.testing.assert_allclose(tiled, whole, atol=1e-5)
    short = apply_tiled(picture, paint, halo_px=8, **options)
    assert np.abs(short - whole).max() > 1e-4  # the halo is needed


@each_preset
def test_no_checkerboard_at_the_start(preset):
    """A flat picture comes out flat, but for the border: no grid of 2, 4 or 8 pixels."""
    generator = make(preset).train()
    border = generator.halo_px
    side = 2 * border + 64
    with torch.no_grad():
        added = generator(torch.full((1, 3, side, side), 0.6)) - 0.6
    inner = added[0, :, border:-border, border:-border]
    assert inner.abs().max() > 1e-4
    flat = inner.mean(dim=(1, 2), keepdim=True)
    assert (inner - flat).abs().max() < 1e-5
    spectrum = torch.fft.rfft2(inner - flat, norm="ortho").abs()
    assert spectrum[:, ::8, ::8].max() < 1e-4


# Critics


@each_critic
@pytest.mark.parametrize("side", [64, 160])
def test_critic_shapes(name, side):
    scores = make_critic(name)(shown(name, torch.rand(2, 3, side, side)))
    cell = {"texture": 8, "surface": 16, "pair": 4}.get(name)
    assert scores.shape[:2] == (2, 1)
    if cell:
        assert scores.shape[2:] == (side // cell, side // cell)
    assert scores.isfinite().all()


@each_critic
def test_critic_learns_to_tell_two_kinds_in_few_steps(name):
    critic = make_critic(name)
    rng = torch.Generator().manual_seed(0)
    grain = torch.rand(4, 3, 64, 64, generator=rng)
    calm = nn.functional.interpolate(grain[..., ::8, ::8], size=64, mode="bilinear")
    calm, grain = shown(name, calm), shown(name, grain)
    optimiser = torch.optim.Adam(critic.parameters(), 3e-3, (0.5, 0.99))
    for _ in range(25):
        loss = ((critic(calm) - 1) ** 2).mean() + (critic(grain) ** 2).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    with torch.no_grad():
        assert critic(calm).mean() > critic(grain).mean() + 0.2


@each_critic
def test_critic_has_no_batch_statistics(name):
    critic = make_critic(name).eval()
    x = shown(name, torch.rand(3, 3, 64, 64))
    with torch.no_grad():
        torch.testing.assert_close(critic(x)[1:2], critic(x[1:2]))


@each_critic
def test_critic_convolutions_are_spectrally_normed(name):
    critic = make_critic(name)
    with torch.no_grad():
        for _ in range(60):
            critic(shown(name, torch.rand(1, 3, 64, 64)))
        for module in critic.modules():
            if isinstance(module, nn.Conv2d):
                largest = torch.linalg.matrix_norm(module.weight.flatten(1), 2).item()
                assert largest == pytest.approx(1.0, abs=0.05)


def test_texture_critic_is_blind_to_hue_and_surface_critic_is_not():
    x = torch.rand(1, 3, 64, 64)
    grey = (luma(x) + 1) / 2
    grey = grey.expand(-1, 3, -1, -1)
    with torch.no_grad():
        for name in ("texture", "spectral"):
            critic = make_critic(name).eval()
            torch.testing.assert_close(critic(x), critic(grey), atol=1e-4, rtol=1e-3)
        surface = make_critic("surface").eval()
        assert (surface(x) - surface(grey)).abs().max() > 1e-3


# Their transforms


def test_luma_by_hand():
    x = torch.tensor([[1.0, 0, 0, 1], [0, 1, 0, 1], [0, 0, 1, 1]]).view(1, 3, 2, 2)
    expected = torch.tensor([0.299, 0.587, 0.114, 1.0]).view(1, 1, 2, 2) * 2 - 1
    torch.testing.assert_close(luma(x), expected)


def wave(cycles_y: int, cycles_x: int, side: int = 32) -> Tensor:
    t = torch.arange(side) * 2 * torch.pi / side
    return torch.cos(cycles_y * t[:, None] + cycles_x * t).view(1, 1, side, side)


@pytest.mark.parametrize(("cycles_y", "cycles_x"), [(0, 5), (5, 0), (-6, 7), (3, 9)])
def test_a_wave_is_a_peak_at_its_frequency(cycles_y, cycles_x):
    amplitude = log_amplitude(wave(cycles_y, cycles_x))[0, 0]
    assert amplitude.shape == (32, 17)
    row, column = divmod(int(amplitude.argmax()), 17)
    assert column == cycles_x
    assert abs(row - 16) == abs(cycles_y)  # the zero row stands in the middle
    if cycles_x:
        assert row - 16 == cycles_y


def test_flat_picture_has_an_empty_spectrum():
    amplitude = log_amplitude(torch.full((2, 1, 16, 24), 0.7))
    torch.testing.assert_close(amplitude, -torch.ones(2, 1, 16, 13), atol=1e-3, rtol=0)


def test_border_draws_no_cross():
    """A ramp jumps at the border; the window keeps that out of the far frequencies."""
    ramp = torch.linspace(-1, 1, 64).expand(1, 1, 64, 64)
    far = log_amplitude(ramp)[0, 0, 32, 20:]
    assert far.max() < -0.9


def test_spectrum_stays_in_single_precision_under_autocast():
    with torch.autocast("cpu", torch.bfloat16):
        amplitude = log_amplitude(wave(2, 3).bfloat16())
        assert amplitude.dtype == torch.float32
        assert log_amplitude(wave(2, 3)).dtype == torch.float32


def test_critics_see_form_and_no_tint():
    x = torch.rand(2, 3, 64, 64) * 0.5 + 0.2
    tinted = x * torch.tensor([1.1, 0.9, 0.8]).view(1, 3, 1, 1) + 0.05
    critic = make_critic("surface").eval()
    with torch.no_grad():
        torch.testing.assert_close(critic(tinted), critic(x), atol=1e-4, rtol=1e-4)


def test_normalised_crops_without_contrast_stay_flat():
    x = 0.5 + 0.001 * torch.randn(1, 3, 16, 16)
    assert normalised(x).abs().max() < 0.2
    y = normalised(torch.rand(2, 3, 16, 16))
    torch.testing.assert_close(y.mean(dim=(2, 3)), torch.zeros(2, 3), atol=1e-5, rtol=0)
    torch.testing.assert_close(y.std(dim=(2, 3)), torch.ones(2, 3), atol=1e-4, rtol=0)


def test_boldness_goes_beyond_what_was_taught():
    generator = bold(make("tiny"))
    less_bold = Generator(PRESETS["tiny"], boldness=0.5).eval()
    less_bold.load_state_dict(generator.state_dict())
    x = 0.4 + 0.2 * torch.rand(1, 3, 32, 32)
    with torch.no_grad():
        change = generator(x) - x
        less = less_bold(x) - x
    torch.testing.assert_close(luma(less) + 1, 0.5 * (luma(change) + 1), atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(less[:, 0] - less[:, 2], change[:, 0] - change[:, 2])  # colour stays
