"""A shot that is made again from the files of its layers, as a compositor does by the page."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from paintreel.imaging.files import read_picture
from paintreel.scene.batch import plan_scene
from paintreel.scene.options import SceneOptions

MOVES = {
    "right": "right",
    "in": "in",
    "path": [[0, -0.06, 0.03, 0.95], [0.4, 0.02, 0, 1.1], [0.5, 0.05, -0.04, 1.2]],
}


def recomposed(folder: Path, index: int) -> np.ndarray:
    """Frame `index` (H, W, 3), float 0..255, by what layers.json says alone."""
    facts = json.loads((folder / "layers.json").read_text("utf-8"))
    move = facts["move"]
    x, y, zoom = move["frames"][index]
    size = move["width_px"], move["height_px"]
    frame = np.zeros((size[1], size[0], 3))
    for layer in facts["layers"]:
        rgba = read_picture(folder / layer["file"]).pixels.astype(np.float32)
        names = {"x": x, "y": y, "zoom": zoom, "depth": layer["depth"], **move}
        scale = names["scale"] = eval(move["scale"], {}, names)
        centre = [eval(move[f"centre_{axis}"], {}, names) for axis in "xy"]
        high, wide = rgba.shape[:2]
        ends = zip(centre, (wide, high), strict=True)
        at = [c - scale * side / 2 + (scale - 1) / 2 for c, side in ends]
        matrix = np.array([[scale, 0, at[0]], [0, scale, at[1]]])
        rgba[..., :3] *= rgba[..., 3:] / 255
        seen = cv2.warpAffine(rgba, matrix, size, flags=cv2.INTER_CUBIC)
        seen = np.clip(seen, 0, 255)
        frame = frame * (1 - seen[..., 3:] / 255) + seen[..., :3]
    return frame


@pytest.mark.parametrize("move", MOVES)
def test_the_frames_follow_from_the_files(move: str, tmp_path: Path, monkeypatch):
    from paintreel.jobs.run import run_batch

    monkeypatch.chdir(tmp_path)
    wanted = MOVES[move]
    if not isinstance(wanted, str):
        Path("path.json").write_text(json.dumps(wanted))
        wanted = "path.json"
    options = SceneOptions(
        words=("a", "village"), seed=3, size=(320, 180), method="grbm", layers=True, output="a.png",
        parallax="shot", codec="png", move=wanted, fps=10,
        seconds=None if wanted == "path.json" else 0.5,
    )  # fmt: skip
    run_batch(plan_scene(options))
    shot = sorted(Path("shot").glob("*.png"))
    assert len(shot) == 5
    for index in (0, 2, 4):
        off = np.abs(recomposed(Path("a-layers"), index) - read_picture(shot[index]).pixels)
        assert off.mean() < 2, (index, off.mean())
    # The measure can fail: another frame is another picture.
    other = np.abs(recomposed(Path("a-layers"), 0) - read_picture(shot[4]).pixels)
    assert other.mean() > 4
