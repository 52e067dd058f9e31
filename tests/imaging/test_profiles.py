"""Colour profiles: which fit which pixels, and pictures in inks or Lab turned into RGB."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageCms

from paintreel.imaging.profiles import describe_icc, icc_fits, is_icc, to_display_mode

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def with_space(space: bytes) -> bytes:
    """A profile whose header names another colour space: its tables no longer fit."""
    return SRGB[:16] + space + SRGB[20:]


def gradient(mode: str) -> Image.Image:
    """Smooth colours, 16x12."""
    ramp = np.linspace(0, 255, 16 * 12).astype(np.uint8).reshape(12, 16)
    return Image.fromarray(np.dstack([ramp, ramp[::-1], ramp[:, ::-1]])).convert(mode)


def test_profiles_fit_by_their_colour_space():
    assert icc_fits(SRGB, grey=False)
    assert not icc_fits(SRGB, grey=True)
    assert icc_fits(with_space(b"GRAY"), grey=True)
    assert not icc_fits(with_space(b"CMYK"), grey=False)


@pytest.mark.parametrize("icc", [None, b"", b"short", SRGB[:-1], SRGB + b"x", bytes(len(SRGB))])
def test_what_is_no_profile(icc):
    assert not is_icc(icc)
    assert not icc_fits(icc, grey=False)


def test_profiles_are_described():
    assert describe_icc(SRGB) == "sRGB built-in"
    assert describe_icc(b"garbage") == "unreadable profile"


@pytest.mark.parametrize(
    ("mode", "shown"),
    [
        ("1", "L"),
        ("L", "L"),
        ("LA", "RGBA"),
        ("P", "RGB"),
        ("RGB", "RGB"),
        ("RGBA", "RGBA"),
        ("RGBa", "RGBA"),
        ("YCbCr", "RGB"),
        ("CMYK", "RGB"),
        ("LAB", "RGB"),
    ],
)
def test_every_mode_becomes_grey_or_rgb(mode, shown):
    source = gradient("RGBA" if mode == "RGBa" else "RGB")
    if mode == "LAB":
        spaces = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
        source = ImageCms.profileToProfile(source, *spaces, outputMode="LAB")
    else:
        source = source.convert(mode)
    image, keeps_profile = to_display_mode(source)
    assert image.mode == shown
    assert keeps_profile == (mode not in ("CMYK", "LAB"))
    if shown == "RGB":
        off = np.asarray(image, int) - np.asarray(gradient("RGB"))
        assert np.abs(off).mean() < (30 if mode == "P" else 3)  # the palette has 216 colours


@pytest.mark.parametrize("mode", ["L", "RGB", "P", "1"])
def test_a_transparent_colour_becomes_alpha(mode):
    image = Image.new(mode, (4, 3))
    image.info["transparency"] = (0, 0, 0) if mode == "RGB" else 0
    shown, _ = to_display_mode(image)
    assert shown.mode == "RGBA"
    assert shown.getextrema()[3] == (0, 0)


def test_damaged_cmyk_profile_falls_back_to_the_formula():
    image = gradient("CMYK")
    image.info["icc_profile"] = with_space(b"CMYK")
    shown, keeps_profile = to_display_mode(image)
    assert not keeps_profile
    np.testing.assert_array_equal(np.asarray(shown), np.asarray(image.convert("RGB")))


@pytest.mark.parametrize("mode", ["I", "F"])
def test_deeper_pixels_are_refused(mode):
    with pytest.raises(ValueError, match="8 or 16 bits"):
        to_display_mode(Image.new(mode, (4, 3)))
