from __future__ import annotations

import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import paintreel

NAMES = {
    "PaintreelError",
    "Style",
    "__version__",
    "character",
    "classify",
    "classify_video",
    "credits",
    "colorize",
    "colorize_video",
    "emotion",
    "errors",
    "fuse",
    "grade",
    "grade_video",
    "lineart",
    "lineart_video",
    "list_models",
    "parallax",
    "scene",
    "script",
    "sheet",
    "spectrum",
    "stylize",
    "stylize_video",
}


def test_public_names_are_these():
    assert set(paintreel.__all__) == NAMES
    assert set(dir(paintreel)) >= NAMES
    for name in NAMES:
        assert getattr(paintreel, name) is not None


def test_importing_loads_no_other_package():
    code = (
        "import sys; before = set(sys.modules); import paintreel; "
        "new = {n.split('.')[0] for n in set(sys.modules) - before}; "
        "print(*sorted(new & {'numpy', 'cv2', 'PIL', 'av', 'onnxruntime', 'openvino', 'torch'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_stylize_is_package_and_function():
    import paintreel.stylize.style as style

    assert callable(paintreel.stylize)
    assert style.Style is paintreel.stylize.style.Style
    assert list(inspect.signature(paintreel.stylize).parameters)[:3] == ["x", "style", "strength"]
    for name in paintreel.stylize.__all__:
        assert getattr(paintreel.stylize, name) is not None


@pytest.mark.parametrize(
    ("name", "first"),
    [
        *(("classify", "x"), ("sheet", "inputs"), ("lineart", "x"), ("colorize", "x")),
        *(("emotion", "x"), ("character", "identity")),
    ],
)
def test_verbs_that_look_are_packages_and_functions(name, first):
    room = getattr(paintreel, name)
    assert next(iter(inspect.signature(room).parameters)) == first
    for part in room.__all__:
        assert getattr(room, part) is not None


def test_scene_is_package_and_function():
    import paintreel.scene.paint as paint

    assert callable(paintreel.scene)
    assert paint.DEFAULT_SIZE == paintreel.scene.paint.DEFAULT_SIZE
    parameters = inspect.signature(paintreel.scene).parameters
    assert list(parameters)[:4] == ["category", "seed", "rough", "sketch"]
    for name in paintreel.scene.__all__:
        assert getattr(paintreel.scene, name) is not None


@pytest.mark.parametrize("module", [paintreel, paintreel.scene, paintreel.stylize])
def test_unknown_name(module):
    with pytest.raises(AttributeError, match="no attribute 'painted'"):
        module.painted  # noqa: B018


def test_types_are_for_users_too():
    assert (Path(paintreel.__file__).parent / "py.typed").is_file()
