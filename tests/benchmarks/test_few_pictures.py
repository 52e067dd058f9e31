"""The folders of `benchmarks/few_pictures.py`, and its sheet."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image


@pytest.fixture
def few(bench, tmp_path):
    """The module and a source: 24 panels, two of them withheld, 12 photographs, two media."""
    module = bench("few_pictures")
    panels = [f"E{episode:02}P{page:02}.png" for episode in (1, 2, 3) for page in range(8)]
    panels[-2:] = ["E05P01.png", "E16P01.png"]
    photographs = [f"ubuntu/{i}.png" for i in range(8)] + [f"budgie/{i}.png" for i in range(4)]
    media = [f"{medium}/{i}.png" for medium in module.MEDIA for i in range(4)]
    for folder, names in (("art", panels), ("photos", photographs), ("styles", media)):
        for number, name in enumerate(names):
            path = tmp_path / folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            ramp = np.linspace(0, 250, 120 * 100).reshape(100, 120, 1) + np.zeros(3)
            Image.fromarray((ramp + number).clip(0, 255).astype(np.uint8)).save(path)
    source = module.Source(*(tmp_path / name for name in ("art", "photos", "styles")))
    return module, source


def filled(tmp_path: Path, name: str, fill, source) -> list[str]:
    folder = tmp_path / "made" / name
    fill(source, folder)
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.*"))


def test_smaller_sets_are_parts_of_larger_ones_and_nothing_withheld_is_in_them(few, tmp_path):
    module, source = few
    small, large = (filled(tmp_path, str(n), module.panels(n), source) for n in (4, 40))
    assert len(small) == 4
    assert len(large) == 22  # all that there are
    assert set(small) < set(large)
    assert not any(name.startswith(("E05", "E16")) for name in large)
    photographs = filled(tmp_path, "p", module.photographs(40), source)
    assert photographs == [f"ubuntu/{i}.png" for i in range(8)]
    assert filled(tmp_path, "one", module.photographs(40, "ubuntu"), source) == [
        f"{i}.png" for i in range(8)
    ]


def test_mixed_art_is_half_of_other_media(few, tmp_path):
    module, source = few
    names = filled(tmp_path, "mixed", module.mixed(20), source)
    assert sum("/" in name for name in names) == 10
    assert sum(name.startswith("E") for name in names) == 10


def test_spoilt_art_is_what_it_is_called(few, tmp_path):
    module, source = few
    rng = np.random.default_rng(0)
    grey = np.full((300, 400, 3), 90, np.uint8)
    balloons = module.lettered(grey, rng)
    assert 0.1 < (balloons == 255).all(axis=2).mean() < 0.6
    noisy = filled(tmp_path, "jpeg", module.TRIALS["jpeg"].art, source)
    assert all(name.endswith(".jpg") for name in noisy)
    (quantised,) = {tuple(Image.open(tmp_path / "made" / "jpeg" / noisy[0]).quantization[0][:3])}
    assert min(quantised) > 60  # a good JPEG has 1 to 3 there


def test_the_sheet_has_a_column_a_style_and_a_row_a_photograph(few, tmp_path):
    module, _source = few
    for number, name in enumerate(module.SHOWN):
        path = tmp_path / "test" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (640, 480), (60 * number, 0, 0)).save(path, lossless=True)
    page = module.sheet([("a", lambda x: x), ("b", lambda x: 255 - x)], tmp_path / "test")
    width, height = module.CELL_PX
    assert page.size == (2 * width + 4, module.HEAD_PX + 3 * height + 8)
    middle = module.HEAD_PX + height // 2
    assert page.getpixel((width // 2, middle)) == (0, 0, 0)
    assert page.getpixel((width + 4 + width // 2, middle)) == (255, 255, 255)
    assert page.getpixel((width // 2, middle + 2 * (height + 4))) == (120, 0, 0)
