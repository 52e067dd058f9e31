"""Container and compose file: whole, and of options that the command has."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from paintreel.cli.arguments import from_arguments
from paintreel.cli.main import build_parser
from paintreel.cli.studio import StudioOptions

FOLDER = Path(__file__).resolve().parents[2] / "containers" / "studio"


def taken(words: list[str]) -> StudioOptions:
    arguments = ["studio", *words]
    return from_arguments(StudioOptions, build_parser(arguments).parse_args(arguments))


def test_the_compose_file_is_one_and_its_commands_are_taken():
    yaml = pytest.importorskip("yaml")
    services = yaml.safe_load((FOLDER / "compose.yaml").read_text("utf-8"))["services"]
    assert services.keys() == {"database", "web", "workers"}
    for name in ("web", "workers"):
        words = [re.sub(r"\$\{\w+:-(.*)\}", r"\1", word) for word in services[name]["command"]]
        assert taken(["--data", "/data", *words]).role == name
    assert services["web"]["ports"] == ["127.0.0.1:8321:8321"]
    assert "outside" not in services["workers"]["networks"]


def test_the_commands_of_the_container_are_taken():
    lines = (FOLDER / "Containerfile").read_text("utf-8").splitlines()
    steps = dict(line.split(" ", 1) for line in lines if re.match("(ENTRYPOINT|CMD|USER) ", line))
    entry, command = json.loads(steps["ENTRYPOINT"]), json.loads(steps["CMD"])
    assert entry[:2] == ["paintreel", "studio"]
    assert taken([*entry[2:], *command]).host == "0.0.0.0"
    assert steps["USER"] == "paintreel"
