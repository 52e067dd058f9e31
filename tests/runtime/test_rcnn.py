"""Mask R-CNN on small graphs whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest

from paintreel.errors import InputError, ModelFileError, UnreadableFile
from paintreel.metrics.scene import scene_richness
from paintreel.runtime.detector import YoloDetector
from paintreel.runtime.rcnn import RcnnDetector, open_detector

onnx = pytest.importorskip("onnx")
helper, numpy_helper, kinds = onnx.helper, onnx.numpy_helper, onnx.TensorProto

NAMES = "{0: 'background', 1: 'tree', 2: 'house'}"
BOXES = [[8, 16, 24, 48], [30, 30, 60, 60], [0, 0, 5, 5], [40, 10, 40, 20]]
LABELS, SCORES = [2, 1, 1, 1], [0.7, 0.9, 0.2, 0.9]  # the third is unsure, the last is empty


@pytest.fixture
def answering(tmp_path):
    """A Mask R-CNN file that gives these boxes whatever it sees, and masks, as torchvision's."""

    def make(boxes=BOXES, labels=LABELS, scores=SCORES, *, size=("h", "w"), batch=False, more=()):
        constants = {
            "boxes_": np.array(boxes, np.float32).reshape(-1, 4),
            "labels_": np.array(labels, np.int64),
            "scores_": np.array(scores, np.float32),
            "masks_": np.zeros((len(boxes), 1, 28, 28), np.float32),
            "zero": np.array(0, np.float32),
        }
        nodes = [
            helper.make_node("ReduceSum", ["image"], ["sum"], keepdims=0),
            helper.make_node("Mul", ["sum", "zero"], ["nothing"]),
            helper.make_node("Add", ["boxes_", "nothing"], ["1234"]),
            helper.make_node("Identity", ["labels_"], ["2345"]),
            helper.make_node("Identity", ["scores_"], ["3456"]),
            helper.make_node("Identity", ["masks_"], ["4567"]),
        ]
        value = helper.make_tensor_value_info
        outputs = [
            value("1234", kinds.FLOAT, ["n", 4]),
            value("2345", kinds.INT64, ["n"]),
            value("3456", kinds.FLOAT, ["n"]),
            value("4567", kinds.FLOAT, ["n", 1, 28, 28]),
            *(value(name, kinds.FLOAT, ["n"]) for name in more),
        ]
        nodes += [helper.make_node("Identity", ["scores_"], [name]) for name in more]
        shape = [1, 3, *size] if batch else [3, *size]
        graph = helper.make_graph(
            nodes,
            "rcnn",
            [value("image", kinds.FLOAT, shape)],
            outputs,
            [numpy_helper.from_array(array, name) for name, array in constants.items()],
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
        helper.set_model_props(model, {"names": NAMES})
        onnx.save(model, tmp_path / "mask.onnx")
        return tmp_path / "mask.onnx"

    return make


@pytest.mark.parametrize("batch", [False, True])
def test_sure_boxes_best_first(answering, batch):
    found = RcnnDetector(answering(batch=batch))(np.zeros((64, 64, 3), np.uint8))
    assert found.labels == ("tree", "house")
    assert found.scores == pytest.approx([0.9, 0.7])
    assert found.boxes.tolist() == [[30, 30, 60, 60], [8, 16, 24, 48]]


def test_boxes_are_in_pixels_of_the_picture(answering):
    """A file of fixed size is shown the picture at that size; a large picture is shrunk."""
    fixed = RcnnDetector(answering(size=(64, 64)))(np.zeros((128, 64, 3), np.uint8))
    assert fixed.boxes[0].tolist() == [30, 60, 60, 120]
    large = RcnnDetector(answering(), longest_px=64)(np.zeros((128, 128, 3), np.uint8))
    assert large.boxes[0].tolist() == [60, 60, 120, 120]


def test_a_measure_takes_it(answering):
    detector = RcnnDetector(answering())
    score = scene_richness(np.zeros((64, 64, 3), np.float32), detector=detector)
    assert score.value == pytest.approx(2 / 42)
    assert detector.name == "rcnn:mask"


def test_a_file_is_known_by_its_outputs(answering, tmp_path):
    assert isinstance(open_detector(answering()), RcnnDetector)
    shape = [1, 3, 64, 64]
    graph = helper.make_graph(
        [helper.make_node("Flatten", ["x"], ["flat"]), helper.make_node("Identity", ["c"], ["y"])],
        "yolo",
        [helper.make_tensor_value_info("x", kinds.FLOAT, shape)],
        [helper.make_tensor_value_info("y", kinds.FLOAT, [1, 3, 6])],
        [numpy_helper.from_array(np.zeros((1, 3, 6), np.float32), "c")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.save(model, tmp_path / "yolo.onnx")
    assert isinstance(open_detector(tmp_path / "yolo.onnx"), YoloDetector)


def test_files_and_options_that_cannot_be_used(answering, tmp_path):
    picture = np.zeros((64, 64, 3), np.uint8)
    with pytest.raises(UnreadableFile, match="expected boxes"):
        RcnnDetector(answering(more=("other",)))
    with pytest.raises(UnreadableFile, match="it gave boxes"):
        RcnnDetector(answering(labels=[1]))(picture)
    with pytest.raises(ModelFileError, match="no numbers"):
        RcnnDetector(answering(scores=[0.7, np.nan, 0.2, 0.9]))(picture)
    with pytest.raises(InputError, match="least_score is 2"):
        RcnnDetector(answering(), least_score=2)
    with pytest.raises(UnreadableFile):
        open_detector(tmp_path / "none.onnx")


def test_nothing_found(answering):
    found = RcnnDetector(answering([], [], []))(np.zeros((64, 64, 3), np.uint8))
    assert len(found) == 0
