"""The YOLO detector on small graphs whose answer is known."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from paintreel.errors import BackendError, InputError, UnreadableFile
from paintreel.metrics.scene import scene_richness
from paintreel.runtime.detector import YoloDetector

onnx = pytest.importorskip("onnx")
helper, numpy_helper, kinds = onnx.helper, onnx.numpy_helper, onnx.TensorProto

NAMES = "{0: 'tree', 1: 'house', 2: 'witch'}"


def save(path, nodes, constants, *, size=(64, 64), kind=kinds.FLOAT, names=NAMES, rank=3):
    """A graph from `picture` (1, 3, H, W) to `output`."""
    shape = [1, 3, *(side if side else name for side, name in zip(size, "hw", strict=True))]
    graph = helper.make_graph(
        nodes,
        "yolo",
        [helper.make_tensor_value_info("picture", kind, shape)],
        [helper.make_tensor_value_info("output", kind, [None] * rank)],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    if names:
        helper.set_model_props(model, {"names": names})
    onnx.save(model, path)
    return path


@pytest.fixture
def answering(tmp_path):
    """A YOLO file that gives `rows` (1, a, b) whatever it sees."""

    def make(rows, **options):
        rows = np.asarray(rows)[None]
        kind = options.get("kind", kinds.FLOAT)
        rows = rows.astype(np.float16 if kind == kinds.FLOAT16 else np.float32)
        nodes = [
            helper.make_node("ReduceSum", ["picture"], ["sum"], keepdims=0),
            helper.make_node("Mul", ["sum", "zero"], ["nothing"]),
            helper.make_node("Add", ["rows", "nothing"], ["output"]),
        ]
        constants = {"rows": rows, "zero": np.array(0, rows.dtype)}
        return save(tmp_path / "yolo.onnx", nodes, constants, **options)

    return make


V5 = [  # cx, cy, w, h, objectness, three classes
    [16, 32, 8, 16, 0.9, 0.1, 0.8, 0.1],
    [17, 32, 8, 16, 0.9, 0.1, 0.7, 0.1],  # the same again, a little less sure
    [17, 32, 8, 16, 0.9, 0.6, 0.1, 0.1],  # another class in the same place
    [48, 32, 10, 10, 0.2, 0.9, 0.1, 0.1],  # unsure
]


def test_v5_rows_become_suppressed_boxes_in_picture_pixels(answering):
    found = YoloDetector(answering(V5))(np.zeros((128, 128, 3), np.uint8))
    assert found.labels == ("house", "tree")
    assert found.scores == pytest.approx([0.72, 0.54])
    assert found.boxes[0] == pytest.approx([24, 48, 40, 80])  # twice the input's 12, 24, 20, 40


def test_v8_columns_mean_the_same(answering):
    columns = np.array([[16, 32, 8, 16, 0.1, 0.8, 0.1]] + [[0, 0, 1, 1, 0, 0, 0]] * 20).T
    found = YoloDetector(answering(columns))(np.zeros((64, 64, 3), np.uint8))
    assert found.labels == ("house",)
    assert found.scores == pytest.approx([0.8])
    assert found.boxes[0] == pytest.approx([12, 24, 20, 40])


def test_mask_coefficients_are_passed_over(answering):
    columns = np.zeros((4 + 3 + 32, 50))
    columns[:, 0] = [16, 32, 8, 16, 0.1, 0.2, 0.8, *[5.0] * 32]
    found = YoloDetector(answering(columns))(np.zeros((64, 64, 3), np.uint8))
    assert found.labels == ("witch",)


def test_suppressed_output_is_read_by_corners(answering):
    rows = [[12, 24, 20, 40, 0.8, 2], [0, 0, 5, 5, 0.1, 0], [0, 0, 0, 0, 0, 0]]
    found = YoloDetector(answering(rows))(np.zeros((64, 64, 3), np.uint8))
    assert (found.labels, found.boxes.tolist()) == (("witch",), [[12, 24, 20, 40]])


@pytest.mark.parametrize(("height", "width"), [(100, 200), (200, 100), (37, 91), (64, 64), (1, 1)])
def test_the_letterbox_is_undone(answering, height, width):
    fit = 64 / max(height, width)
    inner = (round(width * fit), round(height * fit))
    left, top = (64 - inner[0]) // 2, (64 - inner[1]) // 2
    row = [left + inner[0] / 2, top + inner[1] / 2, inner[0] / 2, inner[1] / 2, 1, 1, 0, 0]
    found = YoloDetector(answering([row]))(np.zeros((height, width, 3), np.uint8))
    expected = [width / 4, height / 4, width * 3 / 4, height * 3 / 4]
    assert found.boxes[0] == pytest.approx(expected, rel=1e-6)


def test_boxes_are_cut_at_the_picture(answering):
    rows = [[0, 32, 20, 80, 1, 1, 0, 0], [-40, 32, 20, 20, 1, 1, 0, 0]]
    found = YoloDetector(answering(rows))(np.zeros((64, 64, 3), np.uint8))
    assert found.boxes.tolist() == [[0, 0, 10, 64]]


def channel_means(path):
    """A YOLO file that puts the mean of each channel into the score of a class."""
    nodes = [
        helper.make_node("ReduceMean", ["picture"], ["means"], axes=[2, 3], keepdims=0),
        helper.make_node("Unsqueeze", ["means", "one"], ["scores"]),
        helper.make_node("Concat", ["box", "scores"], ["output"], axis=2),
    ]
    box = np.array([[[32, 32, 10, 10, 1]]], np.float32)
    return save(path, nodes, {"one": np.array([1]), "box": box})


@pytest.mark.parametrize(("channel", "label"), [(0, "tree"), (1, "house"), (2, "witch")])
@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_the_network_sees_rgb_in_zero_to_one(tmp_path, channel, label, dtype):
    picture = np.zeros((64, 64, 3), dtype)
    picture[..., channel] = 204 if dtype == np.uint8 else 0.8
    found = YoloDetector(channel_means(tmp_path / "means.onnx"))(picture)
    assert found.labels == (label,)
    assert found.scores == pytest.approx([0.8], abs=1e-4)


def test_the_margin_is_the_grey_of_training(tmp_path):
    detector = YoloDetector(channel_means(tmp_path / "means.onnx"), least_score=0.0)
    found = detector(np.zeros((32, 64, 3), np.uint8))
    assert found.scores == pytest.approx([114 / 255 / 2], abs=1e-4)


def test_half_precision_and_open_sizes_work(answering):
    half = YoloDetector(answering(V5, kind=kinds.FLOAT16))(np.zeros((64, 64), np.uint8))
    assert len(half) == 2
    detector = YoloDetector(answering(V5, size=(None, None)), input_px=128)
    found = detector(np.zeros((128, 128, 3), np.uint8))
    assert found.boxes[0] == pytest.approx([12, 24, 20, 40])


def test_class_names_may_be_given_or_missing(answering):
    picture = np.zeros((64, 64, 3), np.uint8)
    path = answering([V5[0]] * 9, names="")
    assert YoloDetector(path)(picture).labels == ("class 1",)
    assert YoloDetector(path, classes=["a", "b", "c"])(picture).labels == ("b",)
    path = answering(V5[:1], names="not a dict")
    assert YoloDetector(path, layout="v5")(picture).labels == ("class 1",)


def test_nothing_found_is_an_empty_answer(answering):
    found = YoloDetector(answering(V5), least_score=0.95)(np.zeros((64, 64, 3), np.uint8))
    assert len(found) == 0
    assert found.boxes.shape == (0, 4)


def test_it_serves_the_scene_measures_and_names_itself(answering):
    detector = YoloDetector(answering(V5))
    score = scene_richness(np.zeros((50, 80, 3), np.uint8), detector=detector)
    assert (score.parts["count"], score.source) == (2.0, "yolo:yolo")


def test_ambiguous_outputs_ask_for_the_layout(answering):
    picture = np.zeros((64, 64, 3), np.uint8)
    path = answering([[16, 32, 8, 16, 0.9, 0.8]] * 9, names="['tree']")
    with pytest.raises(InputError, match=r"v5 or nms.*layout="):
        YoloDetector(path)(picture)
    assert YoloDetector(path, layout="v5")(picture).scores == pytest.approx([0.72])
    with pytest.raises(InputError, match="no known YOLO layout"):
        YoloDetector(answering(np.zeros((9, 3))))(picture)
    with pytest.raises(InputError, match="too few columns"):
        YoloDetector(answering(np.zeros((9, 6))), layout="v5")(picture)


def test_files_that_are_no_yolo_raise(tmp_path, answering):
    with pytest.raises(UnreadableFile, match="no such file"):
        YoloDetector(tmp_path / "missing.onnx")
    broken = tmp_path / "broken.onnx"
    broken.write_bytes(b"not a graph")
    with pytest.raises(UnreadableFile, match="not an ONNX graph"):
        YoloDetector(broken)
    nodes = [helper.make_node("Identity", ["picture"], ["output"])]
    picture = save(tmp_path / "picture.onnx", nodes, {}, rank=4)
    with pytest.raises(UnreadableFile, match="no YOLO form"):
        YoloDetector(picture)(np.zeros((64, 64, 3), np.uint8))
    integers = save(tmp_path / "integers.onnx", nodes, {}, kind=kinds.UINT8, rank=4)
    with pytest.raises(UnreadableFile, match="expected one, float"):
        YoloDetector(integers)


def test_a_failing_run_says_on_what(tmp_path):
    nodes = [helper.make_node("Reshape", ["picture", "shape"], ["output"])]
    path = save(tmp_path / "bad.onnx", nodes, {"shape": np.array([1, 7, 7])}, size=(None, None))
    with pytest.raises(BackendError, match=r"\(1, 3, 640, 640\)"):
        YoloDetector(path)(np.zeros((64, 64, 3), np.uint8))


@pytest.mark.parametrize(
    "options", [{"layout": "v4"}, {"least_score": 2}, {"overlap": -0.1}, {"input_px": 0}]
)
def test_options_out_of_range_raise(tmp_path, options):
    with pytest.raises(InputError, match=next(iter(options))):
        YoloDetector(tmp_path / "any.onnx", **options)


@pytest.mark.parametrize("picture", [np.zeros((4, 4, 2), np.uint8), np.full((4, 4, 3), 2.0)])
def test_bad_pictures_raise(answering, picture):
    with pytest.raises(InputError):
        YoloDetector(answering(V5))(picture)


def test_metrics_load_no_runtime():
    code = (
        "import sys, paintreel.metrics.scene; "
        "sys.exit(bool({'onnxruntime', 'torch', 'openvino', 'scipy'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
