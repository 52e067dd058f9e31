"""Segmentation on small graphs whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest

from paintreel.errors import InputError, ModelFileError, UnreadableFile
from paintreel.metrics.scene import ScenePicture, scene_coherence
from paintreel.runtime.segmenter import OnnxSegmenter

onnx = pytest.importorskip("onnx")
helper, numpy_helper, kinds = onnx.helper, onnx.numpy_helper, onnx.TensorProto


@pytest.fixture
def brightness(tmp_path):
    """A file with two classes, 1 where the picture is brighter than a half: scores or labels."""

    def make(*, size=("h", "w"), gives="scores", scale=1.0):
        nodes = [
            helper.make_node("ReduceMean", ["x"], ["light"], axes=[1], keepdims=1),
            helper.make_node("Mul", ["light", "scale"], ["bright"]),
            helper.make_node("Sub", ["one", "light"], ["dark"]),
            helper.make_node("Concat", ["dark", "bright"], ["scores"], axis=1),
            helper.make_node("ArgMax", ["scores"], ["labels"], axis=1, keepdims=0),
        ]
        output = {
            "scores": helper.make_tensor_value_info("scores", kinds.FLOAT, ["n", 2, "h", "w"]),
            "labels": helper.make_tensor_value_info("labels", kinds.INT64, ["n", "h", "w"]),
        }[gives]
        constants = {"scale": np.array(scale, np.float32), "one": np.array(1, np.float32)}
        graph = helper.make_graph(
            nodes,
            "segments",
            [helper.make_tensor_value_info("x", kinds.FLOAT, ["n", 3, *size])],
            [output],
            [numpy_helper.from_array(array, name) for name, array in constants.items()],
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
        onnx.save(model, tmp_path / "light.onnx")
        return tmp_path / "light.onnx"

    return make


def halves(height=64, width=96):
    picture = np.zeros((height, width, 3), np.float32)
    picture[:, width // 2 :] = 1.0
    return picture


@pytest.mark.parametrize("gives", ["scores", "labels"])
@pytest.mark.parametrize("size", [("h", "w"), (32, 32)])
def test_a_class_for_every_pixel(brightness, gives, size):
    labels = OnnxSegmenter(brightness(size=size, gives=gives))(halves())
    assert labels.shape == (64, 96)
    assert labels.dtype == np.int64
    assert (labels[:, :46] == 0).all()
    assert (labels[:, 50:] == 1).all()


def test_measures_take_it(brightness):
    segmenter = OnnxSegmenter(brightness())
    assert segmenter.name == "segments:light"
    picture = ScenePicture(halves(), segmenter=segmenter)
    assert picture.source == "segments:light"
    assert 0 <= scene_coherence(picture).value <= 1


def test_files_and_options_that_cannot_be_used(brightness, tmp_path):
    with pytest.raises(InputError, match="input_px is 8"):
        OnnxSegmenter(brightness(), input_px=8)
    with pytest.raises(ModelFileError, match="no numbers"):
        OnnxSegmenter(brightness(scale=np.inf))(halves())
    (tmp_path / "none.onnx").write_bytes(b"no graph")
    with pytest.raises(UnreadableFile):
        OnnxSegmenter(tmp_path / "none.onnx")
