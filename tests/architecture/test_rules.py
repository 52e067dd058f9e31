"""The house rules of DESIGN.md, read off the source: imports, sizes, hidden chance and clock."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
PACKAGE = REPOSITORY / "src" / "paintreel"
FILES = sorted(PACKAGE.rglob("*.py"))
NAMES = [path.relative_to(PACKAGE).as_posix() for path in FILES]

each_file = pytest.mark.parametrize("path", FILES, ids=NAMES)


def module_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_of(path): path for path in FILES}


@dataclass(frozen=True)
class Import:
    """One imported module. `inside`: in a function; `typing`: under `if TYPE_CHECKING`."""

    name: str
    line: int
    inside: bool
    typing: bool


def imports_of(source: str, module: str, is_package: bool = False) -> Iterator[Import]:
    """Every import of `source`, at any depth, with relative names and submodules resolved."""

    def visit(node: ast.AST, inside: bool, typing: bool) -> Iterator[Import]:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(alias.name, node.lineno, inside, typing)
        elif isinstance(node, ast.ImportFrom):
            up = module.split(".")
            up = up[: len(up) - node.level + is_package] if node.level else []
            base = ".".join([*up, *([node.module] if node.module else [])])
            for alias in node.names:
                full = f"{base}.{alias.name}"
                yield Import(full if full in MODULES else base, node.lineno, inside, typing)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            for argument in node.args[:1]:
                if isinstance(argument, ast.Constant):
                    yield Import(argument.value, node.lineno, inside, typing)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            for child in node.body:
                yield from visit(child, inside, True)
            for child in node.orelse:
                yield from visit(child, inside, typing)
            return
        deeper = inside or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for child in ast.iter_child_nodes(node):
            yield from visit(child, deeper, typing)

    yield from visit(ast.parse(source), False, False)


def imports(path: Path) -> list[Import]:
    source = path.read_text("utf-8")
    return list(imports_of(source, module_of(path), path.name == "__init__.py"))


def room(name: str) -> str:
    """The room of a module: the folder, or the file, below `paintreel`."""
    parts = name.split(".")
    return parts[1] if len(parts) > 1 else ""


# Rule 1: torch under learn alone.

LEARNING = {"torch", "torchvision", "onnx", "safetensors", "tensorboard"}


@each_file
def test_torch_is_imported_under_learn_alone(path):
    if room(module_of(path)) == "learn":
        return
    # The train command looks whether they are there, inside the command.
    asks = path.relative_to(PACKAGE).as_posix() == "cli/train.py"
    for found in imports(path):
        if found.name.split(".")[0] in LEARNING:
            assert asks, f"line {found.line} imports {found.name}"
            assert found.inside, f"line {found.line} imports {found.name} on import"


@each_file
def test_no_pretrained_zoo_on_import(path):
    """torchvision and its kin need guarding: a CUDA build raises more than ImportError."""
    for found in imports(path):
        if found.name.split(".")[0] in {"torchvision", "torchaudio", "timm", "lpips"}:
            assert found.inside, f"line {found.line} imports {found.name} on import"


# Rule 2: a room imports downward only.

VERBS = {
    *("stylize", "colorize", "scene", "fuse", "emotion", "grade", "character", "classify"),
    "score",
}
FLOORS = {
    "errors": 0,
    "imaging": 1,
    "media": 2,
    "metrics": 2,
    "stats": 2,
    "runtime": 3,
    **dict.fromkeys(VERBS, 4),
    "learn": 4,
    "studio": 5,
    "cli": 6,
    "__main__": 7,
}
MAY_USE_VERBS = {verb: {"stylize", "emotion"} for verb in ("fuse", "grade", "character")}
LEARN_MAY_USE = {"errors", "imaging", "media", "metrics", "stats", "learn"}
EXPERIMENTS, EXPERIMENTS_MAY_USE = "paintreel.learn.experiments.", {"scene", "score"}
"""A paper's table runs the product: its verbs and its scores, not copies of them."""


def is_allowed(importer: str, imported: Import) -> bool:
    here, there = room(importer), room(imported.name)
    if there == "":  # the package itself: its version, its public names
        return here in {"cli", "studio", "__main__"}
    if there == here:
        return True
    if importer.startswith(EXPERIMENTS) and there in EXPERIMENTS_MAY_USE:
        return True
    if here == "learn":
        return there in LEARN_MAY_USE or imported.name in {
            "paintreel.runtime.card",
            "paintreel.runtime.contract",
        }
    if there == "learn":
        return here == "cli" and imported.inside
    if here in VERBS and there in VERBS:
        return there in MAY_USE_VERBS.get(here, set())
    return FLOORS[there] < FLOORS[here]


def ours(path: Path) -> list[Import]:
    return [i for i in imports(path) if i.name.split(".")[0] == "paintreel"]


def test_every_room_has_a_floor():
    assert {room(name) for name in MODULES} - {""} <= FLOORS.keys()


@each_file
def test_imports_go_downward(path):
    importer = module_of(path)
    if importer == "paintreel":  # gives out the public names; the next test is about it
        return
    for found in ours(path):
        where = f"{importer}, line {found.line}, imports {found.name}"
        assert found.name in MODULES, f"{where}: no such module"
        assert is_allowed(importer, found), where


def test_the_package_itself_imports_nothing_of_ours():
    assert all(found.typing or found.inside for found in ours(PACKAGE / "__init__.py"))


@pytest.mark.parametrize(
    ("importer", "line", "allowed"),
    [
        ("imaging.files", "import paintreel.errors", True),
        ("imaging.files", "from paintreel.media import video", False),
        ("imaging.files", "from ..errors import InputError", True),
        ("media.video", "from paintreel.metrics import fidelity", False),
        ("runtime.card", "from paintreel import stats", True),
        ("stylize.style", "from paintreel.runtime.session import Session", True),
        ("stylize.style", "def f():\n    from paintreel.cli import main", False),
        ("stylize.style", "def f():\n    import paintreel.learn", False),
        ("stylize.style", "from paintreel.classify import x", False),
        ("fuse.scene", "from paintreel.stylize import stylize", True),
        ("fuse.scene", "from paintreel.classify import x", False),
        ("cli.train", "from paintreel.learn.engine import budget", False),
        ("cli.train", "def f():\n    from paintreel.learn.engine import budget", True),
        ("learn.export.onnx_export", "from paintreel.runtime.card import Contract", True),
        ("learn.export.onnx_export", "from paintreel.runtime import session", False),
        ("learn.export.onnx_export", "import paintreel.stylize.style", False),
        ("learn.experiments.x", "from paintreel.scene.svmm import SVMM", True),
        ("learn.experiments.x", "from paintreel.scoring.page import table", True),
        ("learn.experiments.x", "from paintreel.stylize.style import Style", False),
        ("learn.trainers.x", "from paintreel.scene.svmm import SVMM", False),
        ("scene.make", "def f():\n    import paintreel.learn.experiments", False),
        ("studio.app", "import paintreel.stylize.style", True),
        ("studio.app", "from paintreel.cli import main", False),
        (
            "metrics.scene.x",
            "from importlib import import_module\nimport_module('paintreel.cli')",
            False,
        ),
    ],
)
def test_the_walk_sees_what_it_must(importer, line, allowed):
    importer = f"paintreel.{importer}"
    found = [i for i in imports_of(line, importer) if i.name.startswith("paintreel")]
    assert found
    assert all(is_allowed(importer, i) for i in found) == allowed


# Rule 3: small files, small functions, honest names.


@each_file
def test_sizes(path):
    source = path.read_text("utf-8")
    assert source.count("\n") <= 500, "more than 500 lines"
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = node.end_lineno - node.lineno + 1
            assert lines <= 80, f"{node.name} has {lines} lines"


@each_file
def test_names_say_what_is_inside(path):
    assert path.stem not in {"utils", "util", "helpers", "helper", "misc", "common"}


@each_file
def test_every_module_says_what_it_is(path):
    tree = ast.parse(path.read_text("utf-8"))
    assert not tree.body or ast.get_docstring(tree), "no docstring"


# Rule 4: no chance and no clock unseen. Names may be handed on (`clock=time.monotonic`), not
# called; generators may be made from a seed. Global torch generators are left to tests.

CLOCKS = {
    *(f"time.{name}" for name in ("time", "time_ns", "monotonic", "monotonic_ns", "localtime")),
    *(f"time.{name}" for name in ("perf_counter", "perf_counter_ns", "process_time", "gmtime")),
    *(f"datetime.{name}" for name in ("now", "utcnow", "today")),
    *(f"datetime.datetime.{name}" for name in ("now", "utcnow", "today")),
    "datetime.date.today",
    "date.today",
}
CHANCE = {"random", "secrets"}
SEEDED = {"default_rng", "Generator", "SeedSequence", "PCG64", "Philox", "SFC64", "MT19937"}
DRAWS = {"rand", "randn", "randint", "randperm", "normal", "bernoulli", "multinomial"}
MAY_NAME_FILES = {"imaging/atomic.py", "media/sequence.py"}
"""Where uuid makes names of temporary files, which no result depends on."""


def full_names(tree: ast.AST) -> dict[str, str]:
    """What imported names stand for, such as {"np": "numpy", "now": "time.monotonic"}."""
    names = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                names[alias.asname or alias.name.split(".")[0]] = (
                    alias.name if alias.asname else alias.name.split(".")[0]
                )
        elif isinstance(node, ast.ImportFrom) and not node.level:
            for alias in node.names:
                names[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return names


def hidden_values(source: str, file: str) -> list[str]:
    """Calls that draw a random number or read a clock, each as "line N: call"."""
    tree = ast.parse(source)
    names = full_names(tree)
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        written = ast.unparse(node.func)
        first, _, rest = written.partition(".")
        full = names.get(first, first) + (f".{rest}" if rest else "")
        top, last = full.split(".")[0], full.rsplit(".", 1)[-1]
        seeded = bool(node.args) or any(k.arg in {"seed", "generator"} for k in node.keywords)
        hidden = full in CLOCKS or (top in CHANCE and first in names) or full == "os.urandom"
        hidden |= full.startswith("uuid.uuid") and file not in MAY_NAME_FILES
        of_a_result = "(" in written  # a method of what another call gave, which is seen itself
        if full.startswith("numpy.random.") and not of_a_result:
            hidden |= last not in SEEDED or not seeded
        if full in {f"torch.{name}" for name in DRAWS}:
            hidden |= not any(k.arg == "generator" for k in node.keywords)
        if hidden:
            found.append(f"line {node.lineno}: {written}")
    return found


@each_file
def test_no_hidden_chance_or_clock(path):
    file = path.relative_to(PACKAGE).as_posix()
    assert hidden_values(path.read_text("utf-8"), file) == []


@pytest.mark.parametrize(
    "source",
    [
        "import time\ntime.time()",
        "from time import monotonic as now\nnow()",
        "import datetime\ndatetime.datetime.now()",
        "from datetime import datetime\ndatetime.now()",
        "import random\nrandom.shuffle(x)",
        "from random import choice\nchoice(x)",
        "import numpy as np\nnp.random.seed(3)",
        "import numpy as np\nnp.random.normal(size=3)",
        "import numpy as np\nnp.random.default_rng()",
        "import numpy as np\nnp.random.default_rng().permutation(9)",
        "from numpy.random import default_rng\ndefault_rng()",
        "import os\nos.urandom(4)",
        "import uuid\nuuid.uuid4()",
        "import torch\ntorch.randn(3)",
        "def f():\n    import secrets\n    return secrets.token_hex()",
    ],
)
def test_hidden_values_are_seen(source):
    assert len(hidden_values(source, "x.py")) == 1


@pytest.mark.parametrize(
    "source",
    [
        "import time\ndef f(clock=time.monotonic):\n    return clock()",
        "import numpy as np\nnp.random.default_rng(7)",
        "import numpy as np\nnp.random.default_rng(seed=7)",
        "import numpy as np\nnp.random.default_rng([seed, 1]).permutation(9)",
        "def f(rng):\n    return rng.random()",
        "import torch\ntorch.rand(3, generator=g)",
    ],
)
def test_open_values_pass(source):
    assert hidden_values(source, "x.py") == []


# Every user verb works without what training needs, and on the base install alone.

BASE = {"numpy", "PIL", "cv2", "onnxruntime", "av", "tqdm", "tomli_w"}
EXTRAS = {
    *LEARNING,
    *("openvino", "scipy", "skimage", "statsmodels", "hypothesis", "pytest", "sklearn", "pandas"),
    *("matplotlib", "ray", "timm", "lpips", "torchaudio"),
}
BLOCK = f"""
import sys
class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {sorted(EXTRAS)!r}:
            raise ModuleNotFoundError(f"{{name}} is blocked", name=name)
sys.meta_path.insert(0, Blocked())
"""


def python(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", BLOCK + code], capture_output=True, text=True, check=False
    )


def test_the_block_works():
    done = python("import torch")
    assert "torch is blocked" in done.stderr


def test_every_module_but_learn_imports_on_the_base_install():
    names = [n for n in MODULES if room(n) not in {"learn", "__main__"}]
    assert len(names) > 40
    done = python(
        "from importlib import import_module\n"
        f"for name in {names!r}: import_module(name)\n"
        "import paintreel\n"
        "for name in paintreel.__all__: getattr(paintreel, name)\n"
        f"print(sorted({sorted(EXTRAS)!r} & sys.modules.keys()))"
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == "[]\n"  # nothing printed on import, nothing of the extras loaded


def test_base_install_is_what_pyproject_promises():
    import tomllib

    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"]
    distributions = {"PIL": "pillow", "cv2": "opencv-python-headless", "tomli_w": "tomli-w"}
    promised = {d.split(">")[0].split("=")[0].strip() for d in project["dependencies"]}
    assert promised == {distributions.get(name, name) for name in BASE}


@each_file
def test_only_promised_packages_are_imported_at_the_top(path):
    if room(module_of(path)) == "learn":
        return
    known = BASE | {"paintreel"} | sys.stdlib_module_names
    for found in imports(path):
        if not found.inside and not found.typing:
            assert found.name.split(".")[0] in known, f"line {found.line} imports {found.name}"


@pytest.mark.parametrize("arguments", [["--help"], ["stylize", "--help"], ["train", "--help"]])
def test_help_without_torch(arguments):
    done = python(f"from paintreel.cli.main import main; sys.exit(main({arguments!r}))")
    assert done.returncode == 0, done.stderr
    assert "usage: paintreel" in done.stdout


def test_training_without_torch_names_the_extra():
    arguments = ["train", "fsgan", "--art", "a", "--photos", "b", "--out", "c"]
    done = python(f"from paintreel.cli.main import main; sys.exit(main({arguments!r}))")
    assert done.returncode == 2
    assert done.stderr == (
        "paintreel: training needs the 'train' extra: pip install 'paintreel[train]'\n"
    )


# What is tracked.


def tracked() -> list[Path]:
    """Text files under version control, or what an unpacked source tree holds."""
    try:
        done = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            check=True,
        )
        paths = [REPOSITORY / name for name in done.stdout.split("\0") if name]
    except (OSError, subprocess.CalledProcessError):
        paths = [*REPOSITORY.glob("*.*"), *REPOSITORY.glob("[a-z]*/**/*.*")]
    texts = {".py", ".toml", ".md", ".txt", ".json", ".yml", ".yaml", ".cfg", ".svg", ".html", ""}
    return [p for p in paths if p.is_file() and p.suffix in texts]


def test_no_path_of_a_developer_machine():
    """Files name other files relative to themselves or by option."""
    spots = [f"/{name}/" for name in ("work", "home", "Users", "root", "mnt")]
    for path in tracked():
        if path == Path(__file__).resolve():
            continue
        text = path.read_text("utf-8", errors="ignore")
        for number, line in enumerate(text.splitlines(), 1):
            for spot in spots:
                before = line.split(spot)[0][-1:]
                if spot in line and not (before.isalnum() or before in "._-~/}>*"):
                    raise AssertionError(f"{path.relative_to(REPOSITORY)}:{number}: {line.strip()}")
