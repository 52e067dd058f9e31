"""Which notes are printed."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from paintreel.cli.main import main
from paintreel.imaging.files import Picture, write_picture


def test_quiet_leaves_what_is_lost_alone(tmp_path: Path, tiny_style: str, capsys):
    """A wide brush is no loss; words that a format has no place for are."""
    pixels = np.random.default_rng(0).integers(0, 255, (32, 1600, 3), np.uint8)
    write_picture(tmp_path / "a.png", Picture(pixels))
    command = ["stylize", str(tmp_path / "a.png"), "--style", tiny_style, "-o"]
    assert main([*command, str(tmp_path / "b.png")]) == 0
    assert "strokes are" in capsys.readouterr().err
    assert main([*command, str(tmp_path / "c.png"), "-q"]) == 0
    assert capsys.readouterr().err == ""
