"""Every user verb works on the base install: without torch, and without what tests install."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
BASE = {
    "numpy": "numpy",
    "PIL": "pillow",
    "cv2": "opencv-python-headless",
    "onnxruntime": "onnxruntime",
    "av": "av",
    "tqdm": "tqdm",
    "tomli_w": "tomli-w",
}
"""Module -> the distribution that `dependencies` of pyproject.toml promise it with."""
EXTRAS = sorted(
    {
        *("torch", "torchvision", "torchaudio", "onnx", "safetensors", "tensorboard", "openvino"),
        *("scipy", "skimage", "statsmodels", "hypothesis", "pytest", "sklearn", "pandas"),
        *("matplotlib", "ray", "timm", "lpips"),
        *("fastapi", "starlette", "uvicorn", "sqlalchemy", "alembic", "argon2", "jinja2"),
        *("prometheus_client", "psycopg", "multipart", "pydantic"),
    }
)
BLOCK = f"""
import sys
class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {EXTRAS!r}:
            raise ModuleNotFoundError(f"{{name}} is blocked", name=name)
sys.meta_path.insert(0, Blocked())
"""


def python(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", BLOCK + code], capture_output=True, text=True, check=False
    )


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    return python(f"from paintreel.cli.main import main; sys.exit(main({list(arguments)!r}))")


def test_the_block_works():
    assert "torch is blocked" in python("import torch").stderr


def test_every_module_but_learn_and_studio_imports(modules):
    names = [n for n in modules if not re.match(r"paintreel\.(learn|studio|__main__)\b", n)]
    done = python(
        "from importlib import import_module\n"
        f"for name in {names!r}: import_module(name)\n"
        "import paintreel\n"
        "for name in paintreel.__all__: getattr(paintreel, name)\n"
        f"print(sorted(set({EXTRAS!r}) & sys.modules.keys()))"
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == "[]\n"  # nothing printed on import, nothing of the extras loaded


def test_base_install_is_what_pyproject_promises():
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"]
    promised = {re.split("[<>=~]", text)[0].strip() for text in project["dependencies"]}
    assert promised == set(BASE.values())


@pytest.mark.parametrize("arguments", [["--help"], ["stylize", "--help"], ["train", "--help"]])
def test_help_without_torch(arguments):
    done = command(*arguments)
    assert done.returncode == 0, done.stderr
    assert "usage: paintreel" in done.stdout


def test_training_without_torch_checks_the_folders_and_names_the_extra():
    done = command("train", "fsgan", "--art", "a", "--photos", "b", "--out", "c")
    assert done.returncode == 2
    assert done.stderr.startswith("paintreel: --art a is not a folder: it does not exist")
    check = REPOSITORY / "recipes" / "check"
    folders = ("--art", str(check / "panels"), "--photos", str(check / "photographs"))
    done = command("train", "fsgan", *folders, "--out", "c")
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith(
        "paintreel: training needs the 'train' extra: pip install 'paintreel[train]' (PyTorch"
    )


def test_the_studio_without_its_extra_names_it():
    assert "usage: paintreel studio" in command("studio", "--help").stdout
    done = command("studio", "--data", "x")
    assert done.returncode == 2
    assert done.stderr == (
        "paintreel: the studio needs the 'studio' extra: pip install 'paintreel[studio]'\n"
    )


def test_the_process_of_a_job_needs_nothing_of_the_web():
    """It holds what users send: no driver of a database and no web server is there to be used."""
    done = python("import paintreel.studio.worker.__main__, paintreel.studio.worker.training")
    assert done.returncode == 0, done.stderr
