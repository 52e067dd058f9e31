"""What may import what: torch under learn alone, every room downward only."""

from __future__ import annotations

import ast
import sys
from collections.abc import Collection, Iterator
from dataclasses import dataclass

import pytest

from paintreel import options


@dataclass(frozen=True)
class Import:
    """One imported module. `inside`: in a function; `typing`: under `if TYPE_CHECKING`."""

    name: str
    line: int
    inside: bool
    typing: bool

    @property
    def package(self) -> str:
        return self.name.split(".")[0]


def imports_of(
    tree: ast.AST, module: str, *, is_package: bool = False, known: Collection[str] = ()
) -> Iterator[Import]:
    """Every import of a module, at any depth, with relative names and submodules resolved.

    A module that is reached through the package, as `paintreel.emotion(x)` reaches it, or that is
    asked for by name, is imported too: "paintreel.*" where a part of its name is computed.
    """

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
                is_module = full in known or base == "paintreel"
                yield Import(full if is_module else base, node.lineno, inside, typing)
        elif isinstance(node, ast.Call | ast.Subscript) and (name := named_module(node, module)):
            yield Import(name, node.lineno, inside, typing)
        elif isinstance(node, ast.Attribute) and ast.unparse(node.value) == "paintreel":
            yield Import(f"paintreel.{node.attr}", node.lineno, inside, typing)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            for child in node.body:
                yield from visit(child, inside, True)
            for child in node.orelse:
                yield from visit(child, inside, typing)
            return
        deeper = inside or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for child in ast.iter_child_nodes(node):
            yield from visit(child, deeper, typing)

    yield from visit(tree, False, False)


_IMPORTERS = {"import_module", "__import__", "resolve_name"}


def named_module(node: ast.Call | ast.Subscript, module: str) -> str | None:
    """The module that a call, or `sys.modules[...]`, names; `*` stands for what is computed."""
    if isinstance(node, ast.Subscript):
        if not ast.unparse(node.value).endswith("sys.modules"):
            return None
        named: list[ast.expr] = [node.slice]
    else:
        if ast.unparse(node.func).rsplit(".", 1)[-1] not in _IMPORTERS:
            return None
        named = [*node.args[:1], *(k.value for k in node.keywords if k.arg == "name")]
    match named[0] if named else None:
        case ast.Constant(value=str(name)):
            up = len(name) - len(name.lstrip("."))
            within = module.split(".")[: -up or None]
            return ".".join([*within, name[up:]]) if up else name.split(":")[0]
        case ast.JoinedStr(values=parts):
            text = "".join(
                part.value
                if isinstance(part, ast.Constant)
                else module
                if ast.unparse(part.value) == "__name__"
                else "*"
                for part in parts
            )
            return text.split("*")[0] + "*" if "*" in text else text
    return "*"


def room(module: str) -> str:
    """The folder, or the file, below `paintreel`; "" for the package itself."""
    return module.split(".")[1] if "." in module else ""


@pytest.fixture(scope="module")
def imports(modules) -> list[tuple[str, Import]]:
    """(importing module, import) of the whole package."""
    return [
        (module.name, one)
        for module in modules.values()
        for one in imports_of(
            module.tree, module.name, is_package=module.is_package, known=modules.keys()
        )
    ]


def listed(offenders: list[tuple[str, Import]]) -> str:
    places = (f"\n{name}:{one.line} imports {one.name}" for name, one in offenders)
    return "".join(dict.fromkeys(places))


# torch and what goes with it.

LEARNING = {"torch", "torchvision", "onnx", "safetensors", "tensorboard"}
ZOO = {"torchvision", "torchaudio", "timm", "lpips"}
"""Not imported before they are needed: a CUDA build of these raises more than ImportError."""


def test_torch_is_imported_under_learn_alone(imports):
    offenders = [
        (name, one) for name, one in imports if one.package in LEARNING and room(name) != "learn"
    ]
    offenders += [(name, one) for name, one in imports if one.package in ZOO and not one.inside]
    assert not offenders, listed(offenders)


BASE = {"numpy", "PIL", "cv2", "onnxruntime", "av", "tqdm", "tomli_w"}


def test_only_promised_packages_are_imported_at_the_top(imports):
    """What the base install lacks is imported where it is used."""
    promised = BASE | {"paintreel"} | sys.stdlib_module_names
    offenders = [
        (name, one)
        for name, one in imports
        if room(name) not in ("learn", "studio")
        and not (one.inside or one.typing or one.package in promised)
    ]
    assert not offenders, listed(offenders)


# Rooms.

VERBS = tuple(sorted({verb.options.split(".")[0] for verb in options.VERBS.values()} - {"cli"}))
BELOW_THE_VERBS = (
    *(
        "errors",
        "notes",
        "visible",
        "near_names",
        "wording",
        "imaging",
        "media",
        "audio",
        "stats",
        "pictures",
    ),
    *(
        "roughs",
        "metrics",
        "drawing",
        "worlds",
        "options",
        "runtime",
        "faces",
        "portraits",
        "rig",
        "jobs",
        "words",
    ),
    *("emotions", "scenes"),
    *("keywords", "signatures", "callable_package", "scoring", "storage", "cluster"),
)
FLOORS = {
    name: floor
    for floor, names in enumerate(
        [
            *((name,) for name in BELOW_THE_VERBS),
            VERBS,
            *(("learn", "studio"), ("cli",), ("__main__",)),
        ]
    )
    for name in names
}
"""Room -> height. A room imports from lower ones; verbs share one height."""

LOADS_BY_NAME = {"paintreel.options.verbs", "paintreel.callable_package"}
"""The table of verbs, and a room that is called as its function: they load what is asked for."""

LOADS_OTHERS = {
    "paintreel.callable_package",
    "paintreel.runtime.libraries",
    "paintreel.imaging.untrusted_files",
    "paintreel.learn.models.efficientnet",
    "paintreel.metrics",
}
"""Import by a name that is wholly computed: this package, other packages, names that moved."""

RUNS_VERBS = ("paintreel.learn.experiments.", "paintreel.learn.release.")
"""A paper's table and the choice of a snapshot run the product, not copies of it."""


def is_allowed(importer: str, imported: Import) -> bool:
    here, there = room(importer), room(imported.name)
    if there == "":  # the package itself: its version, its public names
        inside = {"cli", "cluster", "learn", "studio", "__main__"}
        return here in inside or importer in LOADS_BY_NAME
    if there == here:
        return True
    if there in ("learn", "studio"):  # neither is part of the base install
        is_late = imported.inside or imported.typing
        return (here == "__main__" and there == "learn") or (here == "cli" and is_late)
    if here == "studio" and there in VERBS:  # it takes what `options.VERBS` lists, and no other
        return False
    if there in VERBS and here == "learn":
        return f"{importer}.".startswith(RUNS_VERBS)
    return FLOORS[there] < FLOORS[here]


def test_every_room_has_a_floor_and_every_floor_a_room(modules):
    assert {room(name) for name in modules} - {""} == FLOORS.keys()


def test_imports_lead_to_modules_that_are_there(modules, imports):
    offenders = [
        (name, one)
        for name, one in imports
        if one.package == "paintreel" and one.name not in modules and room(one.name) in FLOORS
        if "*" not in one.name
    ]
    assert not offenders, listed(offenders)


def test_rooms_import_downward_only(imports):
    """Verbs never import each other; learn is imported inside a command."""
    offenders = [
        (name, one)
        for name, one in imports
        if one.package == "paintreel" and room(name) and not is_allowed(name, drop_name(one))
    ]
    assert not offenders, listed(offenders)


def test_names_of_modules_are_computed_where_it_is_known(imports):
    assert {name for name, one in imports if one.name == "*"} == LOADS_OTHERS


def drop_name(one: Import) -> Import:
    """`from paintreel import __version__` is an import of the package."""
    known = room(one.name) in FLOORS
    return one if known else Import("paintreel", one.line, one.inside, one.typing)


def test_the_package_itself_imports_nothing_of_ours(imports):
    offenders = [
        (name, one)
        for name, one in imports
        if not room(name) and one.package == "paintreel" and not (one.typing or one.inside)
    ]
    assert not offenders, listed(offenders)


@pytest.mark.parametrize(
    ("importer", "line", "allowed"),
    [
        ("imaging.files", "import paintreel.errors", True),
        ("imaging.files", "from ..errors import InputError", True),
        ("imaging.files", "from paintreel.media import video", False),
        ("imaging.files", "from ..media import video", False),
        ("imaging.files", "if TYPE_CHECKING:\n    from paintreel.media import video", False),
        ("imaging.files", "import importlib as i\ni.import_module('paintreel.cli')", False),
        ("roughs.lines", "from paintreel import pictures", True),
        ("pictures.kinds", "from paintreel import roughs", False),
        ("worlds.rules.forest", "from paintreel.drawing.canvas import Stage", True),
        ("drawing.canvas", "from paintreel.worlds import categories", False),
        ("scene.paint", "from paintreel.stylize import looks", False),
        ("scene.paint", "def f():\n    import paintreel.learn.systems", False),
        ("character.voice_batch", "from paintreel.scene.paint import scene", False),
        ("grade.performance", "from paintreel.emotion.finding import emotion", False),
        ("grade.performance", "def f():\n    import paintreel", False),
        ("grade.performance", "def f():\n    from paintreel import emotion", False),
        ("grade.performance", "import paintreel.errors\npaintreel.emotion('a.wav')", False),
        ("grade.performance", "__import__('paintreel.emotion.finding')", False),
        ("grade.performance", "importlib.import_module(name='paintreel.emotion')", False),
        ("grade.performance", "import_module('..emotion', 'paintreel.grade')", False),
        ("grade.performance", "import_module(f'paintreel.{verb}')", False),
        ("grade.performance", "import_module(f'paintreel.emotion.{part}')", False),
        ("grade.performance", "pkgutil.resolve_name('paintreel.emotion:emotion')", False),
        ("grade.performance", "sys.modules['paintreel.emotion']", False),
        ("grade.performance", "from paintreel.emotions.finding import find_emotions", True),
        ("metrics.measure", "import_module(f'{__name__}.{module}')", True),
        ("options.verbs", "import_module(f'paintreel.{module}')", True),
        ("learn.export.onnx", "from paintreel.scoring.page import table", True),
        ("learn.trainers.x", "from paintreel.scene.paint import scene", False),
        ("learn.experiments.scene.x", "from paintreel.scene.paint import scene", True),
        ("learn.release.choose", "from paintreel.stylize.style import Style", True),
        ("cli.score", "import paintreel.stylize.style", True),
        ("__main__", "from paintreel.cli import main", True),
        ("cli.train", "from paintreel.learn import systems", False),
        ("cli.train", "def f():\n    from paintreel.learn import systems", True),
        ("cli.train", "if TYPE_CHECKING:\n    from paintreel.learn import systems", True),
        ("cli.studio", "from paintreel.studio import serving", False),
        ("cli.studio", "def f():\n    from paintreel.studio import serving", True),
        ("stylize.batch", "def f():\n    from paintreel.studio import serving", False),
        ("jobs.run", "def f():\n    from paintreel.cluster.spread import Spread", False),
        ("cluster.spread", "from paintreel.jobs.run import run_batch", True),
        ("cluster.node", "from paintreel.stylize.batch import plan_stylize", False),
        ("studio.manager.on_nodes", "from paintreel.cluster.session import connected", True),
        ("studio.worker.running", "from paintreel.jobs.run import run_batch", True),
        ("studio.worker.running", "from paintreel.stylize.batch import plan_stylize", False),
        ("studio.worker.running", "def f():\n    import paintreel.learn.systems", False),
    ],
)  # fmt: skip
def test_the_walk_sees_what_it_must(importer, line, allowed):
    found = [drop_name(one) for one in imports_of(ast.parse(line), f"paintreel.{importer}")]
    found = [one for one in found if one.package == "paintreel"]
    assert found
    assert all(is_allowed(f"paintreel.{importer}", one) for one in found) == allowed
