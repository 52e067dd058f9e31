"""The scripts of a cluster: whole, and of commands and options that there are."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from managed import until

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


class Slurm:
    """A Slurm of one machine that runs `slurm.sh`: the tools that it calls, played in a folder."""

    def __init__(self, folder: Path, nodes: str) -> None:
        self.folder, self.bin = folder, folder / "environment" / "bin"
        self.bin.mkdir(parents=True)
        self.play("scontrol", f"printf '{nodes}'")
        self.play("hostname", "echo 10.0.0.7 127.0.1.1")
        without_options = 'while [ "${1#-}" != "$1" ]; do [ "$1" = -w ] && shift; shift; done'
        self.play("srun", f'{without_options}\nSLURM_CPUS_ON_NODE=16 exec "$@"')
        # The head answers from the third time on that it is asked.
        told = f'echo "$RAY_AUTH_MODE ${{#RAY_AUTH_TOKEN}} $@" >> {folder}/ray'
        third = f"[ $(grep -c status {folder}/ray) -gt 2 ]"
        self.play("ray", f"{told}\n[ $1 = start ] && exec sleep 60\n{third}")

    def play(self, name: str, script: str) -> None:
        """A program of that name."""
        path = self.bin / name
        path.write_text(f"#!/bin/bash\n{script}\n", "utf-8")
        path.chmod(0o755)

    def start(self, *words: str) -> subprocess.Popen[str]:
        """The script of a job, as the batch step of Slurm."""
        env = {"PATH": f"{self.bin}:/usr/bin:/bin", "SLURM_CPUS_ON_NODE": "8"}
        env |= {"SLURM_JOB_NODELIST": "n[1-2]", "PAINTREEL_ENVIRONMENT": str(self.bin.parent)}
        script = [shutil.which("bash") or "bash", str(FOLDER / "slurm.sh"), *words]
        return subprocess.Popen(
            script, env=env, start_new_session=True, stdout=subprocess.PIPE, text=True
        )

    def log(self, name: str) -> list[str]:
        """The lines that a program has written so far."""
        path = self.folder / name
        return path.read_text("utf-8").splitlines() if path.is_file() else []


@pytest.fixture
def slurm(tmp_path, request) -> Iterator[Slurm]:
    for tool in ("bash", "awk", "od"):
        if shutil.which(tool) is None:
            pytest.skip(f"no {tool}")
    played = Slurm(tmp_path, "n1\\nn2\\n")
    began: list[subprocess.Popen[str]] = []
    start = played.start
    played.start = lambda *words: began.append(start(*words)) or began[-1]  # type: ignore[method-assign]
    yield played
    for each in began:
        with suppress(ProcessLookupError):
            os.killpg(each.pid, signal.SIGKILL)
        each.wait()


def test_the_slurm_script_waits_for_its_head_and_ends_as_its_run_does(slurm):
    slurm.play("paintreel", f'echo "$@" > {slurm.folder}/run; exit 3')
    script = slurm.start("stylize", "a b.mov", "-o", "c.mov")
    assert script.wait(60) == 3
    assert slurm.log("run") == ["stylize a b.mov -o c.mov --ray 10.0.0.7:6379"]
    starts = [line for line in slurm.log("ray") if "start" in line]
    assert starts[0].startswith("token 64 start --head ")
    assert "--num-cpus=8" in starts[0]
    assert sum("status" in line for line in slurm.log("ray")) == 3


def test_the_slurm_script_counts_processors_where_they_are(slurm):
    slurm.play("paintreel", f"while ! grep -q num-cpus=16 {slurm.folder}/ray; do sleep 0.1; done")
    assert slurm.start("info").wait(60) == 0
    assert any("start --block --address=10.0.0.7:6379 --num-cpus=16" in x for x in slurm.log("ray"))


def test_the_slurm_script_lets_its_run_end_in_order_before_the_time_is_over(slurm):
    """The run hears it and has its time; the script waits for it and ends as it does."""
    ends = f'trap "sleep 1; echo whole > {slurm.folder}/end; exit 143" TERM'
    works = f"touch {slurm.folder}/began\nwhile true; do sleep 0.1; done"
    slurm.play("paintreel", f"{ends}\n{works}")
    script = slurm.start("stylize", "a.mov")
    until(lambda: (slurm.folder / "began").exists())
    script.send_signal(signal.SIGTERM)  # as --signal=B:TERM@60 does
    assert script.wait(60) == 143
    assert slurm.log("end") == ["whole"]


def test_the_slurm_script_tells_of_a_head_that_ends(slurm):
    slurm.play("ray", "exit 1")
    assert slurm.start("stylize", "a.mov").wait(60) == 1


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
        secrets = [each["secretRef"]["name"] for each in container["envFrom"]]
        assert secrets == ["paintreel-storage", "paintreel-ray"]
        name, colon, tag = container["image"].rpartition(":")
        assert name
        assert colon
        assert tag != "latest"  # which is pulled anew at every start
        assert container["image"] in (FOLDER / "Containerfile").read_text("utf-8")
        assert not [e for e in container["env"] if "KEY" in e["name"]]


def test_no_script_opens_the_dashboard_or_listens_everywhere():
    for path in FOLDER.iterdir():
        text = path.read_text("utf-8")
        assert "0.0.0.0" not in text
        for start in re.findall(r"ray\"? start --head.*", text.replace("\\\n", " ")):
            assert "--include-dashboard=false" in start
            assert "--node-ip-address" in start
