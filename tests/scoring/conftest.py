"""Small pictures, clips and networks to score."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from paintreel.imaging.files import Picture, write_picture


@pytest.fixture(scope="session")
def scene() -> Callable[..., np.ndarray]:
    """A function (seed, height, width) that gives a smooth uint8 colour picture with edges."""

    def make(seed: int, height: int = 48, width: int = 64) -> np.ndarray:
        rng = np.random.default_rng(seed)
        y, x = np.mgrid[0:height, 0:width].astype(np.float64)
        planes = [
            120 + 80 * np.sin(x / rng.uniform(5, 9) + rng.uniform(0, 6)) * np.cos(y / 7)
            for _ in range(3)
        ]
        picture = np.stack(planes, axis=-1)
        picture[height // 4 : height // 2, width // 3 : width // 2] = rng.integers(0, 256, 3)
        return np.clip(picture, 0, 255).astype(np.uint8)

    return make


def spoiled(picture: np.ndarray, sd: float, seed: int = 0) -> np.ndarray:
    """With noise of that standard deviation in levels."""
    noise = np.random.default_rng(seed).normal(0.0, sd, picture.shape)
    return np.clip(np.rint(picture + noise), 0, 255).astype(np.uint8)


@pytest.fixture
def spoil() -> Callable[..., np.ndarray]:
    return spoiled


@pytest.fixture
def save() -> Callable[[Path, np.ndarray], Path]:
    """A function (path, pixels) that writes a picture and gives the path."""

    def write(path: Path, pixels: np.ndarray) -> Path:
        write_picture(path, Picture(pixels), overwrite=True)
        return path

    return write


@pytest.fixture
def folders(tmp_path: Path, scene, save) -> tuple[Path, Path]:
    """(generated, reference): four matching pictures in two subfolders, with growing noise."""
    for i, group in enumerate(("calm", "calm", "wild", "wild")):
        save(tmp_path / "ref" / group / f"{i}.png", scene(i))
        save(tmp_path / "gen" / group / f"{i}.png", spoiled(scene(i), 4.0 * (i + 1), i))
    return tmp_path / "gen", tmp_path / "ref"


@pytest.fixture
def make_clip() -> Callable[..., Path]:
    """A function (path, frames, times, rate) that writes a lossless clip.

    times: the tick of each frame, one tick being 1 / rate seconds; by default one after another.
    """

    def make(
        path: Path, frames: Sequence[np.ndarray], times: Sequence[int] | None = None, rate: int = 24
    ) -> Path:
        import av

        path.parent.mkdir(parents=True, exist_ok=True)
        with av.open(str(path), "w") as container:
            stream = container.add_stream("ffv1", rate=rate)
            stream.height, stream.width = frames[0].shape[:2]
            stream.pix_fmt = "bgr0"
            stream.codec_context.time_base = Fraction(1, rate)
            for tick, pixels in zip(times or range(len(frames)), frames, strict=True):
                frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
                frame.pts, frame.time_base = tick, Fraction(1, rate)
                container.mux(stream.encode(frame))
            container.mux(stream.encode())
        return path

    return make


@pytest.fixture(scope="session")
def extractor_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An extractor `toy` of three features: the mean of each channel; its map is the picture."""
    from onnx import TensorProto, helper, save_model

    shape = ["n", 3, "h", "w"]
    graph = helper.make_graph(
        [
            helper.make_node("Identity", ["image"], ["map"]),
            helper.make_node("GlobalAveragePool", ["image"], ["pooled"]),
            helper.make_node("Flatten", ["pooled"], ["vector"]),
        ],
        "toy",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, shape)],
        [
            helper.make_tensor_value_info("map", TensorProto.FLOAT, shape),
            helper.make_tensor_value_info("vector", TensorProto.FLOAT, ["n", 3]),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    path = tmp_path_factory.mktemp("extractor") / "toy.onnx"
    save_model(model, path)
    return path
