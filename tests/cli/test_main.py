from __future__ import annotations

import shlex
import subprocess
import sys

import pytest

from paintreel import __version__
from paintreel.cli import main as cli
from paintreel.errors import InputError, ModelFileError, OutputError, UnknownModel, UnreadableFile
from paintreel.options import VERBS, options_of

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


def test_without_a_verb_the_help_is_shown(capsys):
    assert cli.main([]) == 2
    assert "usage: paintreel" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["stylise", "a.jpg"], "paintreel: no verb is called 'stylise'; did you mean 'stylize'?"),
        (["zzz"], "paintreel: no verb is called 'zzz'; there are: stylize, scene"),
        (["--no-such"], "paintreel: unrecognized arguments: --no-such"),
        (["train", "fsgn"], "did you mean 'fsgan'?"),
        (["stylize", "a.png", "--backend", "openvin"], "did you mean 'openvino'?"),
        (["sty"], "no verb is called 'sty'; did you mean 'stylize'?"),
        (["s"], "did you mean 'stylize' or 'scene' or 'sheet' or"),
        (["stylize", "a.png", "--stile", "ink"], "--stile ink; did you mean '--style'?"),
        (["stylize", "a.png", "--tiel", "64"], "did you mean '--tile'?"),
        (["stylize", "a.png", "--strenght", "1"], "--strenght 1; did you mean '--strength'?"),
        (["score", "a.mov", "b.mp4"], "takes one GENERATED; 'b.mp4' is one too many"),
        (["scene", "--categry", "forest"], "--categry; did you mean '--category'?"),
        (
            ["scene", "--sed", "3", "-o", "a.png"],
            "unrecognized arguments: --sed; did you mean '--seed'?",
        ),
    ],
)
def test_bad_usage_is_two_lines(argv: list[str], message: str, capsys):
    assert cli.main(argv) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 2
    assert message in lines[0]
    assert lines[1].startswith("see 'paintreel")


def test_a_file_in_place_of_a_verb(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.png").touch()
    assert cli.main(["a.png"]) == 2
    assert "'paintreel stylize a.png'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("argv", "needs", "more"),
    [
        (
            ["scene"],
            "needs words, --category NAME, --rough PICTURE or --sketch PICTURE, and -o OUT",
            "for",
        ),
        (["stylize"], "needs INPUT", "for example: paintreel stylize photo.jpg -o painted.png"),
        (["train", "fsgan"], "needs --out DIR", "see 'paintreel train --help'"),
        (["compare"], "needs SYSTEM", "see"),
    ],
)
def test_what_is_missing_is_named_in_two_lines(argv: list[str], needs: str, more: str, capsys):
    assert cli.main(argv) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 2
    assert lines[0] == f"paintreel {argv[0]}: {needs}"
    assert lines[1].startswith(more)


@pytest.mark.parametrize("verb", VERBS)
def test_the_example_of_a_verb_is_understood(verb: str):
    if example := options_of(verb).EXAMPLE:
        words = shlex.split(example)
        assert words[:2] == ["paintreel", verb]
        args = cli.build_parser(words[1:]).parse_args(words[1:])
        cli.from_arguments(options_of(verb), args)


def test_an_error_of_the_system_is_one_plain_line(monkeypatch, capsys):
    from paintreel.cli import models

    def refuse(options) -> int:
        raise PermissionError(13, "Permission denied", "x/.paintreel-0-1.png")

    monkeypatch.setattr(models, "run", refuse)
    assert cli.main(["models"]) == 1
    assert capsys.readouterr().err == "paintreel: x: permission denied\n"


def test_names_do_not_command_the_terminal(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert cli.main(["rough", "no\x1b[31mfile.png", "-o", "r.png"]) == 2
    err = capsys.readouterr().err
    assert "\x1b" not in err
    assert "no\\x1b[31mfile.png" in err


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_names_of_any_encoding_are_printed(tmp_path, encoding: str):
    import os

    name = os.fsdecode(b"caf\xe9-\xff-\xe2\x82\xac.png")
    done = subprocess.run(
        [sys.executable, "-m", "paintreel", "rough", name, "-o", "r.png"],
        capture_output=True,
        cwd=tmp_path,
        env=os.environ | {"PYTHONIOENCODING": encoding},
        check=False,
    )
    assert done.returncode == 1
    assert b"there is no such file" in done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/dev/full")
def test_full_output_is_told():
    with open("/dev/full", "w") as full:  # noqa: PTH123
        done = subprocess.run(
            [sys.executable, "-m", "paintreel", "models"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr == "paintreel: cannot write to standard output: No space left on device\n"


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


def test_a_warning_is_one_line_without_code(tmp_path):
    import os

    done = subprocess.run(
        [sys.executable, "-m", "paintreel", "models"],
        env=os.environ | {"PAINTREEL_STYLES": str(tmp_path), "PAINTREEL_MODELS": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr.splitlines()[0] == (
        "paintreel: PAINTREEL_STYLES is called PAINTREEL_MODELS now; the old name goes with 0.3"
    )
    assert not any("catalog.py" in line for line in done.stderr.splitlines())


def test_runs_as_a_module():
    done = subprocess.run(
        [sys.executable, "-m", "paintreel", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"paintreel {__version__}\n"
