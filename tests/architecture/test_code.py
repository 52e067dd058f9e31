"""Sizes, names, docstrings, and no chance or clock that a caller does not see."""

from __future__ import annotations

import ast
from collections import defaultdict

import pytest


def listed(offenders: list[str]) -> str:
    return "\n" + "\n".join(offenders)


def test_modules_and_functions_are_small(modules):
    offenders = []
    for module in modules.values():
        if (lines := module.source.count("\n")) > 500:
            offenders.append(f"{module.file} has {lines} lines, 500 are allowed")
        for node in ast.walk(module.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > 80:
                    offenders.append(f"{module.file}: {node.name} has {lines} lines, 80 allowed")
    assert not offenders, listed(offenders)


def test_names_say_what_is_inside(modules):
    empty = {"utils", "util", "helpers", "helper", "misc", "common"}
    assert [m.file for m in modules.values() if empty & set(m.name.split("."))] == []


def test_every_module_says_what_it_is(modules):
    assert [m.file for m in modules.values() if m.tree.body and not ast.get_docstring(m.tree)] == []


def test_docstrings_have_one_dialect(modules):
    """Parameters are lines of `name  meaning`, errors a sentence; nothing stands under a title."""
    titles = {"Args:", "Raises:", "Returns:", "Attributes:"}
    documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    offenders = []
    for module in modules.values():
        for node in ast.walk(module.tree):
            if not isinstance(node, documented) or not (text := ast.get_docstring(node)):
                continue
            name = module.name if isinstance(node, ast.Module) else node.name
            written = {line.strip() for line in text.splitlines()}
            offenders += [f"{module.file}: {name} has {t}" for t in sorted(titles & written)]
    assert not offenders, listed(offenders)


def test_one_class_name_has_one_home(modules):
    homes = defaultdict(list)
    for module in modules.values():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ClassDef):
                homes[node.name].append(f"{module.file}:{node.lineno}")
    offenders = [f"{name}: {', '.join(at)}" for name, at in homes.items() if len(at) > 1]
    assert not offenders, listed(offenders)


def test_near_names_are_found_in_one_place(modules):
    """One measure of nearness, one wording: `paintreel.near_names`."""
    offenders = [
        f"{module.file}:{node.lineno}"
        for module in modules.values()
        for node in ast.walk(module.tree)
        if module.file != "near_names.py"
        and (
            (isinstance(node, ast.Constant) and "did you mean" in str(node.value))
            or (isinstance(node, ast.Import | ast.ImportFrom) and "difflib" in ast.unparse(node))
        )
    ]
    assert not offenders, listed(offenders)


# No chance and no clock unseen. Names may be handed on (`clock=time.monotonic`), not called;
# generators may be made from a seed.

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
MAY_NAME_FILES = {"imaging/temporary_names.py"}
"""Where uuid makes names of temporary files, which no result depends on."""


def full_names(tree: ast.AST) -> dict[str, str]:
    """What imported names stand for, such as {"np": "numpy", "now": "time.monotonic"}."""
    names = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.split(".")[0]
                names[alias.asname or top] = alias.name if alias.asname else top
        elif isinstance(node, ast.ImportFrom) and not node.level:
            for alias in node.names:
                names[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return names


def hidden_values(tree: ast.AST, file: str) -> list[str]:
    """Calls that draw a random number or read a clock, each as "FILE:LINE calls NAME"."""
    names = full_names(tree)
    offenders = []
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
            offenders.append(f"{file}:{node.lineno} calls {written}")
    return offenders


def test_no_hidden_chance_or_clock(modules):
    offenders = [hidden for m in modules.values() for hidden in hidden_values(m.tree, m.file)]
    assert not offenders, listed(offenders)


HIDDEN = (
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
)
OPEN = (
    "import time\ndef f(clock=time.monotonic):\n    return clock()",
    "import numpy as np\nnp.random.default_rng(7)",
    "import numpy as np\nnp.random.default_rng(seed=7)",
    "import numpy as np\nnp.random.default_rng([seed, 1]).permutation(9)",
    "def f(rng):\n    return rng.random()",
    "import torch\ntorch.rand(3, generator=g)",
)


@pytest.mark.parametrize(("sources", "count"), [(HIDDEN, 1), (OPEN, 0)], ids=["hidden", "open"])
def test_the_search_for_chance_sees_what_it_must(sources, count):
    wrong = [s for s in sources if len(hidden_values(ast.parse(s), "x.py")) != count]
    assert not wrong, listed(wrong)
