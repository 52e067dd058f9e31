"""Fixtures that every test folder may use."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path

# Each of the processes that pytest-xdist starts gets one thread: two of them on two cores would
# wait for each other in every parallel loop. Read by torch and OpenMP when they are loaded.
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import pytest
from accelerators import fake_gpus, fake_providers  # noqa: F401  # fixtures of every folder
from bucket import bucket, s3_server  # noqa: F401
from hypothesis import settings

from paintreel.imaging.files import Picture, write_picture
from paintreel.media.ordinary_priority import ordinary_priority

# CI draws the same examples every time: what it finds must come from the change, not from luck.
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")

# Shells start background jobs deaf to Ctrl-C, and processes pass that on to those they start; tests
# interrupt some of theirs.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def examples() -> Path:
    """The small real inputs that ship with the project."""
    return REPOSITORY / "examples"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The licence-clean training data; the test is skipped where it is not at hand."""
    folder = Path(os.environ.get("PAINTREEL_DATA", REPOSITORY.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip("shared data not found; set PAINTREEL_DATA")
    return folder


@pytest.fixture(scope="session")
def make_style() -> Callable[..., Path]:
    """A function (folder, **contract) that writes a tiny style with its card, and gives its path.

    The network is the real one in small: strided stem to 1/4, one 3x3 convolution, pixel shuffle,
    residual on the input, clip. Receptive radius 8 px, size multiple 4, fixed random weights.
    """
    from onnx import TensorProto, checker, helper, numpy_helper, save

    from paintreel.runtime.card import CARD_NAME, Card
    from paintreel.runtime.contract import Contract

    def tensor(name: str, value: np.ndarray):
        return numpy_helper.from_array(value.astype(np.float32), name)

    def make(folder: Path, *, card: bool = True, file: str = "model.onnx", **contract) -> Path:
        given = {"name": folder.name, "system": "test", "licence": "CC0-1.0", "credit": "nobody"}
        given |= {"task": "stylize", "multiple": 4, "halo_px": 8, "tiling": "exact"}
        promise = Contract(**given | contract)
        rng = np.random.default_rng(0)
        shape = ["batch", 3, "height", "width"]
        graph = helper.make_graph(
            [
                helper.make_node("Conv", ["image", "stem"], ["a"], strides=[4, 4]),
                helper.make_node("Conv", ["a", "body"], ["b"], pads=[1, 1, 1, 1]),
                helper.make_node("DepthToSpace", ["b"], ["c"], blocksize=4, mode="CRD"),
                helper.make_node("Add", ["image", "c"], ["d"]),
                helper.make_node("Clip", ["d", "low", "high"], ["stylized"]),
            ],
            "tiny",
            [helper.make_tensor_value_info("image", TensorProto.FLOAT, shape)],
            [helper.make_tensor_value_info("stylized", TensorProto.FLOAT, shape)],
            [
                tensor("stem", rng.normal(0, 0.14, (8, 3, 4, 4))),
                tensor("body", rng.normal(0, 0.05, (48, 8, 3, 3))),
                tensor("low", np.array(0.0)),
                tensor("high", np.array(1.0)),
            ],
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
        helper.set_model_props(model, promise.metadata())
        checker.check_model(model)
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / file
        save(model, path)
        if card:
            Card.describe(path, description="A tiny style").save(folder / CARD_NAME)
        return path

    return make


@pytest.fixture(scope="session")
def style_file(make_style: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny style ``tiny``: one file for all tests, not to be changed."""
    return make_style(tmp_path_factory.mktemp("styles") / "tiny")


@pytest.fixture
def tiny_style(style_file: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Its name, found through PAINTREEL_MODELS."""
    monkeypatch.setenv("PAINTREEL_MODELS", str(style_file.parent.parent))
    return "tiny"


@pytest.fixture(scope="session")
def make_scene_model() -> Callable[..., Path]:
    """A function (folder, **contract) that writes a tiny scene network with its card.

    It keeps the contract of the real ones in small: size multiple 4, receptive radius 8 px, and
    nothing but the style code (mean red, green and blue of the block-in) looks at the whole
    picture. scene = clip(colour + texture * 2 code + shift of the category).
    """
    from onnx import TensorProto, checker, helper, numpy_helper, save

    from paintreel.runtime.card import CARD_NAME, Card
    from paintreel.runtime.contract import Contract

    labels = ("forest", "settlement", "interior", "water", "night_sky", "open_land")

    def value(name: str, *shape: int | str):
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)

    def make(folder: Path, *, card: bool = True, **contract) -> Path:
        given = {"name": folder.name, "system": "test", "licence": "CC0-1.0", "credit": "nobody"}
        given |= {"task": "scene", "input": "rough", "output": "scene", "labels": labels}
        given |= {"code_size": 3, "multiple": 4, "halo_px": 8, "tiling": "exact"}
        promise = Contract(**given | contract)
        rng = np.random.default_rng(1)
        constants = {
            "stem": rng.normal(0, 0.1, (8, 6, 4, 4)).astype(np.float32),
            "body": rng.normal(0, 0.1, (48, 8, 3, 3)).astype(np.float32),
            "shifts": np.linspace(-0.2, 0.2, 18, dtype=np.float32).reshape(6, 3),
            "one": np.array(1, np.float32),
            "two": np.array(2, np.float32),
            "low": np.array(0, np.float32),
            "first": np.array([0]),
            "fourth": np.array([3]),
            "channel": np.array([1]),
            "sides": np.array([2, 3]),
        }
        steps = [
            ("Slice", ["rough", "first", "fourth", "channel"], "colour", {}),
            ("ReduceMean", ["colour"], "mean", {"axes": [2, 3], "keepdims": 0}),
            ("Mul", ["mix", "code"], "given", {}),
            ("Sub", ["one", "mix"], "rest", {}),
            ("Mul", ["rest", "mean"], "own", {}),
            ("Add", ["given", "own"], "own_code", {}),
            ("Unsqueeze", ["own_code", "sides"], "gate", {}),
            ("Conv", ["rough", "stem"], "a", {"strides": [4, 4]}),
            ("Conv", ["a", "body"], "b", {"pads": [1, 1, 1, 1]}),
            ("DepthToSpace", ["b"], "texture", {"blocksize": 4, "mode": "CRD"}),
            ("Mul", ["texture", "gate"], "half", {}),
            ("Mul", ["half", "two"], "gated", {}),
            ("MatMul", ["category", "shifts"], "shift", {}),
            ("Unsqueeze", ["shift", "sides"], "flat", {}),
            ("Add", ["colour", "gated"], "c", {}),
            ("Add", ["c", "flat"], "d", {}),
            ("Clip", ["d", "low", "one"], "scene", {}),
        ]
        picture = ["batch", 6, "height", "width"]
        graph = helper.make_graph(
            [helper.make_node(op, given, [made], **rest) for op, given, made, rest in steps],
            "tiny",
            [
                value("rough", *picture),
                value("category", "batch", 6),
                value("code", "batch", 3),
                value("mix", "batch", 1),
            ],
            [value("scene", "batch", 3, *picture[2:]), value("own_code", "batch", 3)],
            [numpy_helper.from_array(array, name) for name, array in constants.items()],
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
        helper.set_model_props(model, promise.metadata())
        checker.check_model(model)
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "model.onnx"
        save(model, path)
        if card:
            Card.describe(path, description="A tiny scene network").save(folder / CARD_NAME)
        return path

    return make


@pytest.fixture(scope="session")
def scene_file(make_scene_model: Callable[..., Path], tmp_path_factory) -> Path:
    """The tiny scene network, named ``mffcn``: one file for all tests, not to be changed."""
    return make_scene_model(tmp_path_factory.mktemp("scenes") / "mffcn")


@pytest.fixture
def tiny_scene(scene_file: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Its name, found through PAINTREEL_MODELS before the bundled one."""
    monkeypatch.setenv("PAINTREEL_MODELS", str(scene_file.parent.parent))
    return "mffcn"


# A classifier that looks at the mean colour.

CLASSES = {
    "mood": {
        "happiness": (9, 7, -8),
        "calm": (-5, 10, -2),
        "sadness": (-7, 0, 9),
        "fear": (-7, -7, -7),
        "anger": (12, -8, -8),
        "surprise": (7, -7, 8),
    },
    "medium": {"photograph": (6, 0, 0), "watercolour": (0, 0, 6)},
    "scene": {"forest": (-6, 8, -6), "water": (-6, 0, 8), "open_land": (8, 4, -8)},
}
"""Model -> class -> what red, green and blue above the middle add to its score."""


@pytest.fixture(scope="session")
def make_classifier() -> Callable[..., Path]:
    """A function (folder) that writes a tiny file of classifiers with its card.

    Scores are linear in the mean colour, maps those of cells of 32 px, and what has hardly any
    contrast is not familiar.
    """
    from onnx import TensorProto, checker, helper, numpy_helper, save

    from paintreel.runtime.card import CARD_NAME, Card
    from paintreel.runtime.contract import Contract

    def make(folder: Path) -> Path:
        heads = {name: tuple(classes) for name, classes in CLASSES.items()}
        promise = Contract(
            name=folder.name,
            system="test",
            task="classify",
            licence="CC0-1.0",
            credit="nobody",
            multiple=32,
            halo_px=0,
            tiling="whole",
            output="probabilities",
            heads=heads,
        )
        weights = [np.array(list(CLASSES[head].values()), np.float32) for head in sorted(heads)]
        constants = {
            "w": np.concatenate(weights)[..., None, None],
            "half": np.float32(0.5).reshape(1),
            "limit": np.float32(0.02).reshape(1),
        }
        nodes = [
            helper.make_node("Sub", ["image", "half"], ["shifted"]),
            helper.make_node(
                "AveragePool", ["shifted"], ["cells"], kernel_shape=[32, 32], strides=[32, 32]
            ),
            helper.make_node("Conv", ["cells", "w"], ["maps"]),
            helper.make_node("ReduceMean", ["maps"], ["scores"], axes=[2, 3], keepdims=0),
            helper.make_node(
                "Split",
                ["scores"],
                [f"scores_{head}" for head in sorted(heads)],
                axis=1,
            ),
        ]
        sizes = np.array([len(heads[head]) for head in sorted(heads)], np.int64)
        constants["sizes"] = sizes
        nodes[-1].input.append("sizes")
        for head in sorted(heads):
            nodes.append(helper.make_node("Softmax", [f"scores_{head}"], [f"p_{head}"], axis=1))
        parts = [f"p_{head}" for head in sorted(heads)]
        nodes += [
            helper.make_node("Concat", parts, ["probabilities"], axis=1),
            helper.make_node("ReduceMean", ["image"], ["mean"], axes=[2, 3], keepdims=1),
            helper.make_node("Sub", ["image", "mean"], ["rest"]),
            helper.make_node("Abs", ["rest"], ["size"]),
            helper.make_node("ReduceMean", ["size"], ["contrast"], axes=[1, 2, 3], keepdims=1),
            helper.make_node("Add", ["contrast", "tiny"], ["above"]),
            helper.make_node("Div", ["limit", "above"], ["unlike"]),
            helper.make_node("Flatten", ["unlike"], ["distance"], axis=1),
        ]
        constants["tiny"] = np.float32(1e-3).reshape(1)
        count = int(sizes.sum())

        def value(name: str, *shape: int | str):
            return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)

        graph = helper.make_graph(
            nodes,
            "tiny",
            [value("image", "batch", 3, "height", "width")],
            [
                value("probabilities", "batch", count),
                value("distance", "batch", 1),
                value("maps", "batch", count, "rows", "columns"),
            ],
            [numpy_helper.from_array(array, name) for name, array in constants.items()],
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
        helper.set_model_props(model, promise.metadata())
        checker.check_model(model)
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "model.onnx"
        save(model, path)
        Card.describe(path, description="Tiny classifiers").save(folder / CARD_NAME)
        return path

    return make


@pytest.fixture(scope="session")
def classifier_file(make_classifier: Callable[..., Path], tmp_path_factory) -> Path:
    """The tiny classifiers: one file for all tests, not to be changed."""
    return make_classifier(tmp_path_factory.mktemp("classifiers") / "classifiers")


@pytest.fixture
def tiny_classifiers(classifier_file: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """`mood`, `medium` and `scene` are those, found through PAINTREEL_MODELS before the bundled."""
    monkeypatch.setenv("PAINTREEL_MODELS", str(classifier_file.parent.parent))
    return classifier_file


# Small pictures, clips and a network to score.


@pytest.fixture(scope="session")
def make_picture() -> Callable[..., np.ndarray]:
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


def noisy(picture: np.ndarray, sd: float, seed: int = 0) -> np.ndarray:
    """With noise of that standard deviation in levels."""
    noise = np.random.default_rng(seed).normal(0.0, sd, picture.shape)
    return np.clip(np.rint(picture + noise), 0, 255).astype(np.uint8)


@pytest.fixture
def add_noise() -> Callable[..., np.ndarray]:
    return noisy


@pytest.fixture
def save_picture() -> Callable[[Path, np.ndarray], Path]:
    """A function (path, pixels) that writes a picture and gives the path."""

    def write(path: Path, pixels: np.ndarray) -> Path:
        write_picture(path, Picture(pixels), overwrite=True)
        return path

    return write


@pytest.fixture
def noisy_folders(tmp_path: Path, make_picture, save_picture) -> tuple[Path, Path]:
    """(generated, reference): four matching pictures in two subfolders, with growing noise."""
    for i, group in enumerate(("calm", "calm", "wild", "wild")):
        save_picture(tmp_path / "ref" / group / f"{i}.png", make_picture(i))
        save_picture(
            tmp_path / "gen" / group / f"{i}.png", noisy(make_picture(i), 4.0 * (i + 1), i)
        )
    return tmp_path / "gen", tmp_path / "ref"


@pytest.fixture
def make_lossless_clip() -> Callable[..., Path]:
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


_VOID = {"meta", "img", "br"}


class ReportPage(HTMLParser):
    """Checks that tags nest, and collects what the page refers to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.links: list[str] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.links += [v for k, v in attributes if k in ("src", "href", "srcset", "data")]
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.fixture
def read_page() -> Callable[[str], ReportPage]:
    """A function that reads the HTML of a report."""
    return ReportPage


@pytest.fixture(autouse=True, scope="session")
def a_tree_under_work_may_train() -> None:
    """Tests run before a commit: the commands they start train from changed files too."""
    os.environ.setdefault("PAINTREEL_ALLOW_DIRTY", "1")


@pytest.fixture(autouse=True)
def no_real_time_priority() -> Iterator[None]:
    """AV1 encoders that tests open by themselves stand no machine still (`ordinary_priority`)."""
    with ordinary_priority():
        yield
