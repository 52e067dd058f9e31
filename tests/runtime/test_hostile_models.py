"""Model files that lie: other kinds of graph, weights elsewhere, endless loops, pipes."""

from __future__ import annotations

import dataclasses
import importlib.util
import os
import random
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
import tomli_w
from onnx import TensorProto, helper, numpy_helper

from paintreel.errors import InputError, ModelFileError, PaintreelError, UnreadableFile
from paintreel.runtime import catalog
from paintreel.runtime.card import CARD_NAME, Card
from paintreel.runtime.catalog import find_model, list_models, read_catalogue
from paintreel.runtime.contract import Contract, model_arrays
from paintreel.runtime.detector import YoloDetector
from paintreel.runtime.extractor import OnnxExtractor
from paintreel.runtime.model import Model

OPENVINO = importlib.util.find_spec("openvino") is not None
needs_openvino = pytest.mark.skipif(not OPENVINO, reason="openvino is not installed")
RUNTIMES = ["onnxruntime", pytest.param("openvino", marks=needs_openvino)]
CONTRACT = Contract(
    name="hostile",
    system="test",
    licence="CC0-1.0",
    credit="nobody",
    task="stylize",
    multiple=4,
    halo_px=0,
    tiling="exact",
)
SIDES = ["batch", 3, "height", "width"]

Save = Callable[..., Path]


@pytest.fixture
def save(tmp_path: Path) -> Save:
    """A function (nodes, *constants, output) that writes a graph image -> stylized as ours."""

    def write(*nodes: onnx.NodeProto, constants=(), output=None) -> Path:
        image = helper.make_tensor_value_info("image", TensorProto.FLOAT, SIDES)
        stylized = helper.make_tensor_value_info("stylized", TensorProto.FLOAT, SIDES)
        graph = helper.make_graph(
            nodes, "hostile", [image], [output or stylized], list(constants), value_info=[]
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
        helper.set_model_props(model, CONTRACT.metadata())
        path = tmp_path / "hostile.onnx"
        path.write_bytes(model.SerializeToString())
        return path

    return write


def constant(name: str, value: float) -> onnx.TensorProto:
    return numpy_helper.from_array(np.array(value, np.float32), name)


def scaled(save: Save, gain: float, offset: float) -> Path:
    return save(
        helper.make_node("Mul", ["image", "gain"], ["a"]),
        helper.make_node("Add", ["a", "offset"], ["stylized"]),
        constants=[constant("gain", gain), constant("offset", offset)],
    )


PICTURE = np.random.default_rng(0).integers(0, 256, (12, 20, 3), np.uint8)


@pytest.mark.parametrize("backend", RUNTIMES)
class TestOutputs:
    def test_small_overshoot_is_clipped_not_mirrored(self, save: Save, backend: str):
        model = Model(scaled(save, 1.1, -0.05), backend=backend, threads=1, precision="f32")
        exact = np.clip(PICTURE / 255 * 1.1 - 0.05, 0, 1) * 255
        assert np.abs(model.run_image(PICTURE) - exact).max() <= 0.501
        floats = model.run_image(PICTURE / np.float32(255))
        np.testing.assert_allclose(floats * 255, exact, atol=1e-3)
        tensor = (PICTURE / np.float32(255)).transpose(2, 0, 1)[None]
        for result in (model(tensor), model.run({"image": tensor})["stylized"]):
            assert (result.min(), result.max()) == (0, 1)

    @pytest.mark.parametrize(("gain", "offset"), [(255.0, 0.0), (2.0, -1.0), (0.0, 7.0)])
    def test_wild_values_are_refused(self, save: Save, backend: str, gain: float, offset: float):
        model = Model(scaled(save, gain, offset), backend=backend, threads=1)
        tensor = (PICTURE / np.float32(255)).transpose(2, 0, 1)[None]
        for run, x in ((model.run_image, PICTURE), (model, tensor)):
            with pytest.raises(ModelFileError, match="expected 0 to 1"):
                run(x)
        with pytest.raises(ModelFileError, match="expected 0 to 1"):
            model.run({"image": tensor})

    @pytest.mark.parametrize("operator", ["Sqrt", "Log"])
    def test_no_numbers_are_refused(self, save: Save, backend: str, operator: str):
        path = save(
            helper.make_node("Sub", ["image", "half"], ["a"]),
            helper.make_node(operator, ["a"], ["stylized"]),
            constants=[constant("half", 0.5)],
        )
        model = Model(path, backend=backend, threads=1)
        for x in (PICTURE, PICTURE / np.float32(255)):
            with pytest.raises(ModelFileError, match="no numbers"):
                model.run_image(x)

    @pytest.mark.parametrize("kind", [TensorProto.STRING, TensorProto.DOUBLE, TensorProto.BOOL])
    def test_tensors_of_other_types_are_refused(self, save: Save, backend: str, kind: int):
        output = helper.make_tensor_value_info("stylized", kind, SIDES)
        path = save(helper.make_node("Cast", ["image"], ["stylized"], to=kind), output=output)
        with pytest.raises(ModelFileError, match="expected a float32 tensor"):
            Model(path, backend=backend)

    def test_sequences_are_refused(self, save: Save, backend: str):
        output = helper.make_tensor_sequence_value_info("stylized", TensorProto.FLOAT, SIDES)
        path = save(helper.make_node("SequenceConstruct", ["image"], ["stylized"]), output=output)
        with pytest.raises(ModelFileError, match=r"hostile\.onnx"):
            Model(path, backend=backend)

    def test_the_output_of_the_contract_is_taken_not_the_first(self, save: Save, backend: str):
        path = scaled(save, 1.0, 0.0)
        model = onnx.load(path)
        half = helper.make_tensor_value_info("half", TensorProto.FLOAT, SIDES)
        model.graph.output.insert(0, half)
        model.graph.initializer.append(constant("factor", 0.5))
        model.graph.node.append(helper.make_node("Mul", ["image", "factor"], ["half"]))
        path.write_bytes(model.SerializeToString())
        loaded = Model(path, backend=backend, threads=1, precision="f32")
        np.testing.assert_array_equal(loaded.run_image(PICTURE), PICTURE)
        floats = PICTURE / np.float32(255)
        np.testing.assert_array_equal(loaded.run_image(floats), floats)


def endless_loop() -> onnx.NodeProto:
    """A loop without a count, whose condition stays true."""
    always = helper.make_tensor("value", TensorProto.BOOL, [], [True])
    body = helper.make_graph(
        [
            helper.make_node("Constant", [], ["go_on"], value=always),
            helper.make_node("Identity", ["x"], ["y"]),
        ],
        "body",
        [
            helper.make_tensor_value_info("turn", TensorProto.INT64, []),
            helper.make_tensor_value_info("going", TensorProto.BOOL, []),
            helper.make_tensor_value_info("x", TensorProto.FLOAT, SIDES),
        ],
        [
            helper.make_tensor_value_info("go_on", TensorProto.BOOL, []),
            helper.make_tensor_value_info("y", TensorProto.FLOAT, SIDES),
        ],
    )
    return helper.make_node("Loop", ["", "", "image"], ["stylized"], body=body)


@pytest.mark.parametrize("backend", RUNTIMES)
def test_loops_are_refused_wherever_they_lie(save: Save, backend: str):
    path = save(endless_loop())
    with pytest.raises(ModelFileError, match=r"has a loop \(Loop\)"):
        Model(path, backend=backend)
    branch = helper.make_graph(
        [endless_loop()],
        "branch",
        [],
        [helper.make_tensor_value_info("stylized", TensorProto.FLOAT, SIDES)],
    )
    always = numpy_helper.from_array(np.array(True), "always")
    inner = helper.make_node("If", ["always"], ["stylized"], then_branch=branch, else_branch=branch)
    with pytest.raises(ModelFileError, match="has a loop"):
        Model(save(inner, constants=[always]), backend=backend)


DETECT = """
import sys
import numpy as np
from paintreel.runtime.detector import YoloDetector
detector = YoloDetector(sys.argv[1], threads=1)
print("running", flush=True)
try:
    detector(np.zeros((8, 8, 3), np.uint8))
except KeyboardInterrupt:
    print("interrupted")
"""


@pytest.mark.skipif(os.name == "nt", reason="sends a signal")
def test_an_endless_detector_is_interrupted(save: Save):
    path = save(endless_loop())
    child = subprocess.Popen(
        [sys.executable, "-c", DETECT, str(path)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert child.stdout.readline() == "running\n"
        time.sleep(0.3)
        child.send_signal(2)
        assert child.communicate(timeout=20)[0] == "interrupted\n"
        assert child.returncode == 0
    finally:
        child.kill()


@pytest.mark.parametrize("entry", [{"data_location": 1}, {"external_data": True}])
def test_weights_in_other_files_are_refused(save: Save, tmp_path: Path, monkeypatch, entry: dict):
    path = scaled(save, 1.0, 0.0)
    model = onnx.load(path)
    tensor = model.graph.initializer[0]
    (tmp_path / "weights.bin").write_bytes(tensor.raw_data)
    if "data_location" in entry:
        tensor.data_location = TensorProto.EXTERNAL
        tensor.ClearField("raw_data")
    for key, value in (("location", "weights.bin"), ("offset", "0"), ("length", "4")):
        tensor.external_data.add(key=key, value=value)
    path.write_bytes(model.SerializeToString())
    monkeypatch.chdir(tmp_path)
    for open_file in (Model, OnnxExtractor, YoloDetector):
        with pytest.raises(ModelFileError, match="weights in another file"):
            open_file(path)


def test_deep_graphs_end_in_an_error_of_ours(save: Save):
    def field(number: int, content: bytes) -> bytes:
        length, digits = len(content), bytearray()
        while length > 127:
            digits.append(length & 127 | 128)
            length >>= 7
        return bytes([number << 3 | 2, *digits, length]) + content

    graph = b""
    for _ in range(5000):
        graph = field(1, field(5, field(6, graph)))  # a node, its attribute, a graph in that
    path = scaled(save, 1.0, 0.0)
    path.write_bytes(path.read_bytes() + field(7, graph))
    with pytest.raises(ModelFileError, match=r"hostile\.onnx is truncated or not"):
        Model(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="has no named pipes")
def test_pipes_devices_and_folders_are_no_model_files(tmp_path: Path, make_style):
    pipe = tmp_path / "pipe.onnx"
    os.mkfifo(pipe)
    device = tmp_path / "zero.onnx"
    device.symlink_to("/dev/zero")
    packed = tmp_path / "pipe.npz"
    os.mkfifo(packed)
    for path in (pipe, device, packed):
        for read in (find_model, Model, Card.describe, Contract.from_file):
            with pytest.raises(ModelFileError, match="pipe or a device"):
                read(path)
        for open_file in (OnnxExtractor, YoloDetector):
            with pytest.raises(UnreadableFile, match="pipe or a device"):
                open_file(path)
    style = make_style(tmp_path / "a", card=False)
    os.mkfifo(style.with_name(CARD_NAME))
    with pytest.raises(ModelFileError, match=r"card\.toml: it is a pipe"):
        Model(style)


def test_a_broken_card_does_not_hide_the_other_models(tmp_path: Path, make_style, monkeypatch):
    monkeypatch.setattr(catalog, "BUNDLED", tmp_path)
    monkeypatch.delenv("PAINTREEL_MODELS", raising=False)
    make_style(tmp_path / "good")
    for name, text in (("bad", "file = 3"), ("deep", "a = " + "[" * 40_000)):
        (make_style(tmp_path / name).with_name(CARD_NAME)).write_text(text)
    catalogue = read_catalogue()
    assert [model.name for model in catalogue.models] == ["good"]
    told = " ".join(map(str, catalogue.broken))
    assert all(str(Path(name) / CARD_NAME) in told for name in ("bad", "deep"))
    with pytest.warns(RuntimeWarning, match="a model is left out"):
        assert [model.name for model in list_models()] == ["good"]
    with pytest.raises(ModelFileError, match="broken contract"):
        find_model("bad")


def test_arrays_are_bounded_before_they_are_unpacked(tmp_path: Path):
    path = tmp_path / "bomb.npz"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("contract.npy", "w") as member,
    ):
        for _ in range(300):
            member.write(bytes(1 << 20))
    assert path.stat().st_size < 1 << 20
    with pytest.raises(ModelFileError, match="the limit is 268,435,456"):
        Contract.from_file(path)
    header = (
        b"\x93NUMPY\x01\x00v\x00"
        + repr({"descr": "<f8", "fortran_order": False, "shape": (1 << 40,)}).encode().ljust(117)
        + b"\n"
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("contract.npy", header + b"12345678")
    with pytest.raises(ModelFileError, match="1099511627776"):
        Contract.from_file(path)


def test_arrays_of_objects_are_refused(tmp_path: Path):
    path = tmp_path / "objects.npz"
    np.savez(path, contract=np.array([{}], dtype=object), allow_pickle=True)
    with pytest.raises(ModelFileError, match="object"):
        model_arrays(path.read_bytes(), path)


ODD_VALUES: list[object] = [
    *(None, True, -1, 0, 65, 2**31, 2**70, 1.5, float("nan"), float("inf"), "", "/../../x"),
    *("x" * 5000, "\x1b[2J", "\ud800", [], [[]], [1, 2], ["a", "a"], {}, {"a": {"b": [1]}}),
]


def test_mutations_end_in_errors_of_ours(style_file: Path, tmp_path: Path):
    """Three hundred mutations of a card, a contract and a graph: nothing but PaintreelError."""
    rng = random.Random(7)
    graph, card_text = style_file.read_bytes(), style_file.with_name(CARD_NAME).read_bytes()
    card = dataclasses.asdict(Card.load(style_file.with_name(CARD_NAME)))
    contract = card["contract"]
    path, beside = tmp_path / "model.onnx", tmp_path / CARD_NAME
    errors = 0

    def mutated(data: bytes) -> bytes:
        changed = bytearray(data)
        for _ in range(rng.randint(1, 4)):
            start = rng.randrange(len(changed))
            end = min(len(changed), start + rng.choice((1, 1, 2, 8, 64)))
            piece = changed[start:end]
            size = len(piece)
            changed[start:end] = rng.choice((b"", bytes(size), rng.randbytes(size), piece * 3))
        return bytes(changed)

    for turn in range(300):
        path.write_bytes(graph)
        beside.unlink(missing_ok=True)
        if turn % 3 == 0:
            path.write_bytes(mutated(graph))
        elif turn % 3 == 1:
            values = {**contract, rng.choice([*contract, "surprise"]): rng.choice(ODD_VALUES)}
            try:
                Contract.from_dict(values, path)
            except PaintreelError:
                errors += 1
            beside.write_bytes(mutated(card_text))
        else:
            values = {**card, rng.choice([*card, "surprise"]): rng.choice(ODD_VALUES)}
            values = {k: v for k, v in values.items() if v is not None}
            try:
                beside.write_text(tomli_w.dumps(values), "utf-8")
            except (TypeError, UnicodeEncodeError):  # no TOML has it
                beside.write_text(repr(values), "utf-8", errors="replace")
        try:
            find_model(path)
            Model(path, backend="onnxruntime", threads=1).run_image(PICTURE)
        except PaintreelError:
            errors += 1
    assert errors > 250


def test_names_that_are_no_files_are_told(tmp_path: Path):
    for name in ("a\0b.onnx", "x" * 5000 + ".onnx"):
        with pytest.raises(PaintreelError):
            find_model(name)
    with pytest.raises(InputError, match="letters, digits"):
        dataclasses.replace(CONTRACT, name="../x")
