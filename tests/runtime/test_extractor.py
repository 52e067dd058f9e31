"""ONNX feature extractors, made here as small graphs, and the perceptual distance over them."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from paintreel import metrics
from paintreel.errors import InputError, ModelFileError, UnreadableFile
from paintreel.metrics import extractors
from paintreel.metrics.distribution import FeatureStatistics
from paintreel.metrics.extractors import (
    FeatureExtractor,
    feature_vectors,
    picture_vector,
    to_batch,
)
from paintreel.metrics.perceptual import perceptual_distance
from paintreel.runtime.catalog import bundled, find_extractor
from paintreel.runtime.extractor import OnnxExtractor

onnx = pytest.importorskip("onnx")


def _graph(
    path: Path,
    *,
    size: tuple[int | str, int | str] = ("height", "width"),
    vector: bool = True,
    maps: bool = True,
    channels: int = 3,
    batch: int | str = "n",
    metadata: dict[str, str] | None = None,
) -> Path:
    """Two layers: a 3x3 convolution with ReLU, 2x2 mean pooling; vector = mean of the last."""
    helper, kind = onnx.helper, onnx.TensorProto.FLOAT
    weights = np.random.default_rng(0).normal(size=(5, channels, 3, 3)).astype(np.float32)
    nodes = [
        helper.make_node("Conv", ["pictures", "w"], ["c"], pads=[1, 1, 1, 1]),
        helper.make_node("Relu", ["c"], ["first"]),
        helper.make_node("AveragePool", ["first"], ["second"], kernel_shape=[2, 2], strides=[2, 2]),
        helper.make_node("GlobalAveragePool", ["second"], ["pooled"]),
        helper.make_node("Flatten", ["pooled"], ["vector"]),
    ]
    outputs = []
    if maps:
        outputs += [
            helper.make_tensor_value_info("first", kind, [batch, 5, *size]),
            helper.make_tensor_value_info("second", kind, [batch, 5, "h2", "w2"]),
        ]
    if vector:
        outputs.append(helper.make_tensor_value_info("vector", kind, [batch, 5]))
    if not outputs:
        outputs.append(helper.make_tensor_value_info("shape", onnx.TensorProto.INT64, [4]))
        nodes.append(helper.make_node("Shape", ["second"], ["shape"]))
    graph = helper.make_graph(
        nodes,
        "toy",
        [helper.make_tensor_value_info("pictures", kind, [batch, channels, *size])],
        outputs,
        [onnx.numpy_helper.from_array(weights, "w")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    helper.set_model_props(model, metadata or {})
    onnx.save(model, path)
    return path


@pytest.fixture
def extractor(tmp_path: Path) -> OnnxExtractor:
    return OnnxExtractor(_graph(tmp_path / "toy.onnx"), threads=1)


def _pictures(count: int, height: int = 12, width: int = 16) -> list[np.ndarray]:
    rng = np.random.default_rng(3)
    return [rng.integers(0, 256, (height, width, 3), np.uint8) for _ in range(count)]


def test_maps_and_vectors(extractor: OnnxExtractor) -> None:
    assert isinstance(extractor, FeatureExtractor)
    assert (extractor.name, extractor.size_px) == ("toy", None)
    batch = to_batch(_pictures(2))
    first, second = extractor.maps(batch)
    assert first.shape == (2, 5, 12, 16)
    assert second.shape == (2, 5, 6, 8)
    np.testing.assert_allclose(extractor.vectors(batch), second.mean(axis=(2, 3)), rtol=1e-5)


def test_without_a_vector_the_last_map_is_averaged(tmp_path: Path) -> None:
    full = OnnxExtractor(_graph(tmp_path / "full.onnx"))
    bare = OnnxExtractor(_graph(tmp_path / "bare.onnx", vector=False))
    batch = to_batch(_pictures(2))
    np.testing.assert_allclose(bare.vectors(batch), full.vectors(batch), rtol=1e-5)


def test_the_name_comes_from_the_caller_the_metadata_or_the_file(tmp_path: Path) -> None:
    path = _graph(tmp_path / "file.onnx", metadata={"paintreel.extractor": "dske"})
    assert OnnxExtractor(path).name == "dske"
    assert OnnxExtractor(path, name="mine").name == "mine"


def test_fixed_sizes_are_resized_to(tmp_path: Path) -> None:
    fixed = OnnxExtractor(_graph(tmp_path / "fixed.onnx", size=(8, 10)))
    assert fixed.size_px == (10, 8)
    vectors = list(feature_vectors(fixed, [*_pictures(2), *_pictures(1, 40, 30)], batch_size=2))
    assert [v.shape for v in vectors] == [(2, 5), (1, 5)]
    with pytest.raises(InputError, match="takes 10x8 pictures, got 16x12"):
        fixed.vectors(to_batch(_pictures(1)))
    assert perceptual_distance(*_pictures(2), fixed) > 0.0


def test_vectors_of_mixed_sizes_keep_their_order(extractor: OnnxExtractor) -> None:
    pictures = [*_pictures(3), *_pictures(2, 20, 20), *_pictures(1)]
    batches = list(feature_vectors(extractor, iter(pictures), batch_size=2))
    assert [len(v) for v in batches] == [2, 1, 2, 1]
    alone = np.concatenate([extractor.vectors(to_batch([p])) for p in pictures])
    np.testing.assert_allclose(np.concatenate(batches), alone, rtol=1e-5)
    statistics = FeatureStatistics(5, name=extractor.name)
    for vectors in batches:
        statistics.update(vectors)
    assert statistics.count == 6
    assert list(feature_vectors(extractor, [])) == []


def test_perceptual_distance(extractor: OnnxExtractor) -> None:
    first, second = _pictures(2)
    distance = perceptual_distance(first, second, extractor)
    assert 0.0 < distance <= 2.0
    assert perceptual_distance(second, first, extractor) == pytest.approx(distance)
    assert perceptual_distance(first, first, extractor) == 0.0
    grain = np.random.default_rng(0).normal(0.0, 1.0, first.shape)
    ladder = [
        perceptual_distance(np.clip(first + s * grain, 0, 255).astype(np.uint8), first, extractor)
        for s in (2, 8, 32)
    ]
    assert ladder == sorted(ladder)


def test_large_pictures_go_in_tiles(
    extractor: OnnxExtractor, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = _pictures(2, 40, 64)
    whole = perceptual_distance(first, second, extractor)
    vector = picture_vector(extractor, first)
    np.testing.assert_array_equal(vector, extractor.vectors(to_batch([first]))[0])
    monkeypatch.setattr(extractors, "MAX_WHOLE_PX", 1000)
    monkeypatch.setattr(extractors, "_TILE_SIDE_PX", 32)
    seen = []
    run = extractor._run
    monkeypatch.setattr(extractor, "_run", lambda names, x: seen.append(x.shape) or run(names, x))
    assert perceptual_distance(first, second, extractor) == pytest.approx(whole, rel=0.1)
    assert seen == [(2, 3, 20, 32)] * 4
    np.testing.assert_allclose(picture_vector(extractor, first), vector, rtol=0.1)
    vectors = list(feature_vectors(extractor, [first, *_pictures(3), second]))
    assert [len(v) for v in vectors] == [1, 3, 1]
    np.testing.assert_array_equal(vectors[0][0], picture_vector(extractor, first))
    assert max(count * h * w for count, _, h, w in seen) <= 2 * 1000


def test_perceptual_distance_of_nothing_is_zero(extractor: OnnxExtractor) -> None:
    black = np.zeros((8, 8), np.uint8)
    assert perceptual_distance(black, black, extractor) == 0.0
    with pytest.raises(InputError, match="shape"):
        perceptual_distance(black, black[:4], extractor)


def test_graphs_of_another_form_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="no such file"):
        OnnxExtractor(tmp_path / "missing.onnx")
    damaged = tmp_path / "damaged.onnx"
    damaged.write_bytes(b"not a graph")
    with pytest.raises(UnreadableFile, match="not an ONNX graph"):
        OnnxExtractor(damaged)
    with pytest.raises(UnreadableFile, match="is 10x20000 px"):
        OnnxExtractor(_graph(tmp_path / "large.onnx", size=(20_000, 10)))
    with pytest.raises(UnreadableFile, match="three input channels"):
        OnnxExtractor(_graph(tmp_path / "four.onnx", channels=4))
    with pytest.raises(UnreadableFile, match="free batch axis"):
        OnnxExtractor(_graph(tmp_path / "one.onnx", batch=1))
    with pytest.raises(UnreadableFile, match="no output is a feature map"):
        OnnxExtractor(_graph(tmp_path / "none.onnx", maps=False, vector=False))
    vectors_only = OnnxExtractor(_graph(tmp_path / "vectors.onnx", maps=False))
    with pytest.raises(InputError, match="no feature maps"):
        vectors_only.maps(to_batch(_pictures(1)))


def test_batches_of_another_form_are_refused(extractor: OnnxExtractor) -> None:
    with pytest.raises(InputError, match="float32"):
        extractor.vectors(np.zeros((1, 3, 8, 8)))
    with pytest.raises(InputError, match="at least one"):
        to_batch([])
    with pytest.raises(InputError, match="picture 1 is 20x20"):
        to_batch([*_pictures(1), *_pictures(1, 20, 20)])
    with pytest.raises(InputError, match="batch_size"):
        next(feature_vectors(extractor, _pictures(1), batch_size=0))
    with pytest.raises(InputError, match=r"picture 0 .*NaN"):
        to_batch([np.full((4, 4), np.nan)])


def test_batches_hold_the_values_of_every_layout() -> None:
    grey = np.arange(12, dtype=np.uint8).reshape(3, 4) * 20
    batch = to_batch([grey, np.repeat(grey[..., None], 3, axis=2), (grey / 255.0)[..., None]])
    assert batch.dtype == np.float32
    for i in range(3):
        for c in range(3):
            np.testing.assert_allclose(batch[i, c], grey / 255.0, atol=1e-7)


def test_a_file_that_is_not_the_one_of_its_card_is_refused(tmp_path: Path) -> None:
    copied = Path(shutil.copytree(bundled("features").parent, tmp_path / "features"))
    assert OnnxExtractor(copied / "model.onnx", threads=1).name
    data = bytearray((copied / "model.onnx").read_bytes())
    data[len(data) // 2] ^= 1
    (copied / "model.onnx").write_bytes(data)
    with pytest.raises(ModelFileError, match="SHA-256"):
        OnnxExtractor(copied / "model.onnx")
    card = copied / "card.toml"
    card.write_text(card.read_text().replace('file = "model.onnx"', 'file = "other.onnx"'))
    with pytest.raises(ModelFileError, match=r"card of other\.onnx"):
        OnnxExtractor(copied / "model.onnx")


def test_the_old_home_of_the_name_works_with_a_warning() -> None:
    with pytest.warns(DeprecationWarning, match="runtime.extractor"):
        assert metrics.OnnxExtractor is OnnxExtractor


def test_features_of_a_graph_that_gives_more_are_its_vector(tmp_path: Path):
    path = _graph(tmp_path / "toy.onnx", metadata={"paintreel.extractor_side": "24"})
    model = onnx.load(path)
    for node in model.graph.node:
        node.output[:] = ["features" if name == "vector" else name for name in node.output]
    for output in model.graph.output:
        output.name = "features" if output.name == "vector" else output.name
    onnx.save(model, path)
    extractor = OnnxExtractor(path, threads=1)
    assert extractor.size_px == (24, 24)
    batches = list(feature_vectors(extractor, [*_pictures(2), *_pictures(1, 30, 20)]))
    assert [batch.shape for batch in batches] == [(3, 5)]
    with pytest.raises(InputError, match="no feature maps"):
        extractor.maps(np.zeros((1, 3, 24, 24), np.float32))


@pytest.mark.parametrize("side", ["0", "-3", "big", "9" * 30, "2.5"])
def test_a_side_that_is_none_is_refused(tmp_path: Path, side: str):
    path = _graph(tmp_path / "toy.onnx", metadata={"paintreel.extractor_side": side})
    with pytest.raises(UnreadableFile, match="extractor_side"):
        OnnxExtractor(path)


def test_bundled_features_have_names(tmp_path: Path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert find_extractor("dske") == bundled("features")
    assert find_extractor("efficientnet") == bundled("classifiers")
    for path in ("other.onnx", "folder/network", tmp_path / "dske"):
        assert find_extractor(path) == Path(path)
    (tmp_path / "mine").write_bytes(b"")
    assert find_extractor("mine") == Path("mine")
    with pytest.raises(InputError, match="did you mean 'efficientnet'"):
        find_extractor("eficientnet")
