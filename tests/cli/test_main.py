from __future__ import annotations

import subprocess
import sys

import pytest

from paintreel import __version__
from paintreel.cli import main as cli
from paintreel.errors import InputError, ModelFileError, OutputError, UnknownModel, UnreadableFile
from paintreel.options import VERBS

HEAVY = {"numpy", "cv2", "PIL", "av", "onnxruntime", "openvino", "torch", "tqdm"}


def loaded_by(code: str) -> set[str]:
    """Top-level modules that a fresh Python has after running `code`."""
    script = f"{code}\nimport sys; print(*{{name.split('.')[0] for name in sys.modules}})"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    return set(done.stdout.splitlines()[-1].split())


def test_help_lists_every_verb_and_loads_nothing_heavy(capsys):
    assert cli.main(["--help"]) == 0
    out = capsys.readouterr().out
    for name, verb in VERBS.items():
        assert name in out
        assert verb.summary in out
    assert not loaded_by("from paintreel.cli.main import main; main(['--help'])") & HEAVY


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_its_own_help(verb: str, capsys):
    assert cli.main([verb, "--help"]) == 0
    assert f"paintreel {verb}" in capsys.readouterr().out


@pytest.mark.parametrize("verb", ["stylize", "scene", "rough", "models", "info"])
def test_help_of_a_verb_loads_nothing_heavy(verb: str):
    assert not loaded_by(f"from paintreel.cli.main import main; main(['{verb}', '-h'])") & HEAVY


def test_version(capsys):
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out == f"paintreel {__version__}\n"


@pytest.mark.parametrize("argv", [[], ["paint"], ["--no-such"], ["stylize"]])
def test_bad_usage(argv: list[str], capsys):
    assert cli.main(argv) == 2
    printed = capsys.readouterr()
    assert "usage: paintreel" in printed.out + printed.err


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UnknownModel("no style"), 2),
        (ModelFileError("broken"), 2),
        (InputError("bad value"), 2),
        (UnreadableFile("a.jpg", "empty"), 1),
        (OutputError("disk full"), 1),
    ],
)
def test_errors_become_a_line_and_a_code(error: Exception, code: int, capsys, monkeypatch):
    from paintreel.cli import models

    def fail(args):
        raise error

    monkeypatch.setattr(models, "run", fail)
    assert cli.main(["models"]) == code
    assert capsys.readouterr().err == f"paintreel: {error}\n"


def test_interrupt(capsys, monkeypatch):
    from paintreel.cli import models

    def interrupt(args):
        raise KeyboardInterrupt

    monkeypatch.setattr(models, "run", interrupt)
    assert cli.main(["models"]) == 130
    assert "interrupted" in capsys.readouterr().err


def test_bug_is_not_hidden(monkeypatch):
    from paintreel.cli import models

    monkeypatch.setattr(models, "run", lambda args: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        cli.main(["models"])


def test_closed_pipe_is_quiet():
    code = "from paintreel.cli.main import main; import sys; sys.exit(main(['models', '--json']))"
    with subprocess.Popen(
        [sys.executable, "-u", "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 1


def test_runs_as_a_module():
    done = subprocess.run(
        [sys.executable, "-m", "paintreel", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"paintreel {__version__}\n"
