"""Pictures as people see them, whatever their file holds."""

from __future__ import annotations

import numpy as np
from PIL import ImageCms

from paintreel.imaging.files import Picture
from paintreel.imaging.profiles import to_srgb
from paintreel.pictures.shown import shown_pixels


def test_transparency_is_laid_on_white_and_it_is_said():
    pixels = np.zeros((4, 4, 4), np.uint8)
    pixels[:, 2:, 3] = 255
    shown, notes = shown_pixels(Picture(pixels))
    assert shown.shape == (4, 4, 3)
    assert (shown[:, :2] == 255).all()
    assert (shown[:, 2:] == 0).all()
    assert [note.kind for note in notes] == ["laid-on-white"]


def test_an_opaque_alpha_is_not_worth_a_word(make_picture):
    rgb = make_picture(1)
    opaque = np.dstack([rgb, np.full(rgb.shape[:2], 255, np.uint8)])
    shown, notes = shown_pixels(Picture(opaque))
    assert np.array_equal(shown, rgb)
    assert notes == ()


def test_depth_and_grey_become_eight_bits_of_rgb(make_picture):
    grey = make_picture(2)[..., 0]
    shown, _ = shown_pixels(Picture(grey.astype(np.uint16) * 257))
    assert np.array_equal(shown, np.repeat(grey[..., None], 3, axis=2))


def test_colours_of_a_profile_become_srgb(make_picture):
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
    lab = profile.tobytes()
    rgb = make_picture(3)
    assert np.array_equal(shown_pixels(Picture(rgb, icc=lab))[0], rgb)  # it fits no RGB
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert np.array_equal(shown_pixels(Picture(rgb, icc=srgb))[0], to_srgb(rgb, srgb))
