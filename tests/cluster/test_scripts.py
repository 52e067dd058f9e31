"""The scripts of a cluster: whole, and of commands and options that there are."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from paintreel.cli.arguments import from_arguments
from paintreel.cli.main import build_parser
from paintreel.options import options_of

FOLDER = Path(__file__).resolve().parents[2] / "containers" / "cluster"
SCRIPTS = sorted(FOLDER.glob("*.sh"))


def taken(line: str):
    words = shlex.split(line)
    assert words[0].endswith("paintreel")
    arguments = build_parser(words[1:]).parse_args(words[1:])
    return from_arguments(options_of(words[1]), arguments)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_scripts_are_of_the_shell_that_they_name(script):
    assert script.read_text("utf-8").startswith("#!/bin/bash\n")
    shell = shutil.which("bash")
    if shell is None:
        pytest.skip("no bash")
    checked = subprocess.run([shell, "-n", script], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")


def test_there_is_a_script_for_each_way():
    assert [path.name for path in SCRIPTS] == ["slurm.sh", "train.sh"]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_the_directives_of_slurm_stand_before_the_first_command(script):
    lines = script.read_text("utf-8").splitlines()
    first = next(n for n, line in enumerate(lines) if line and not line.startswith("#"))
    directives = [n for n, line in enumerate(lines) if line.startswith("#SBATCH ")]
    assert len(directives) >= 4
    assert max(directives) < first
    options = [lines[n].split()[1].split("=")[0] for n in directives]
    known = {"--job-name", "--nodes", "--ntasks-per-node", "--exclusive", "--time", "--signal"}
    assert set(options) <= known


def test_the_example_of_the_slurm_script_is_a_run_on_a_cluster():
    text = (FOLDER / "slurm.sh").read_text("utf-8")
    example = re.search(r"sbatch \S+ (.+)", text)
    assert example
    options = taken(f"paintreel {example[1]} --ray 10.0.0.1:6379")
    assert options.ray == "10.0.0.1:6379"
    assert "--block" in text
    assert "--include-dashboard=false" in text


def test_the_kubernetes_file_runs_the_command_and_shuts_everybody_out():
    yaml = pytest.importorskip("yaml")
    parts = list(yaml.safe_load_all((FOLDER / "kubernetes.yaml").read_text("utf-8")))
    kinds = {part["kind"]: part for part in parts}
    assert [part["kind"] for part in parts] == ["Service", "Job", "Deployment", "NetworkPolicy"]
    driver = kinds["Job"]["spec"]["template"]["spec"]["containers"][0]
    lines = driver["args"][0].splitlines()
    run = next(line for line in lines if line.startswith("paintreel "))
    options = taken(run.replace("$POD_IP", "10.0.0.1"))
    assert options.inputs == ("s3://film/in",)
    assert options.ray == "10.0.0.1:6379"
    node = kinds["Deployment"]["spec"]["template"]["spec"]["containers"][0]
    assert "--num-cpus=4" in node["args"][0]
    assert node["resources"]["limits"]["cpu"] == str(options.threads)
    assert f"--address={kinds['Service']['metadata']['name']}:6379" in node["args"][0]
    labels = kinds["Deployment"]["spec"]["template"]["metadata"]["labels"]
    for each in (kinds["Job"]["spec"]["template"]["metadata"]["labels"], labels):
        assert kinds["NetworkPolicy"]["spec"]["podSelector"]["matchLabels"].items() <= each.items()
    for container in (driver, node):
        assert container["envFrom"] == [{"secretRef": {"name": "paintreel-storage"}}]
        assert not [e for e in container["env"] if "KEY" in e["name"]]


def test_no_script_opens_the_dashboard_or_listens_everywhere():
    for path in FOLDER.iterdir():
        text = path.read_text("utf-8")
        assert "0.0.0.0" not in text
        for start in re.findall(r"ray\"? start --head.*", text.replace("\\\n", " ")):
            assert "--include-dashboard=false" in start
            assert "--node-ip-address" in start
