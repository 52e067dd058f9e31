"""Nothing leaves the machine: the inference libraries report nothing and write nothing."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from paintreel.runtime import libraries
from paintreel.runtime.libraries import import_onnxruntime, import_openvino

OPENVINO = importlib.util.find_spec("openvino") is not None
needs_openvino = pytest.mark.skipif(not OPENVINO, reason="openvino is not installed")
RUNTIMES = ["onnxruntime", pytest.param("openvino", marks=needs_openvino)]

PAINT = """
import sys
import numpy as np
from paintreel.runtime.model import Model
model = Model(sys.argv[1], backend=sys.argv[2], threads=1)
model.run_image(np.zeros((8, 8, 3), np.uint8))
"""
EXTRACT = """
import sys, time
from paintreel.runtime.catalog import bundled
from paintreel.runtime.extractor import OnnxExtractor
OnnxExtractor(bundled("features"), threads=1)
time.sleep(0.5)
"""


def run_at_home(home: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a command whose home, cache and working folders all lie in the empty `home`."""
    places = {"HOME": home, "USERPROFILE": home, "LOCALAPPDATA": home, "TMPDIR": home}
    places |= {f"XDG_{name}_HOME": home / name for name in ("CACHE", "CONFIG", "DATA", "STATE")}
    environment = {k: v for k, v in os.environ.items() if k != "ORT_DISABLE_TELEMETRY"}
    environment |= {name: str(path) for name, path in places.items()}
    return subprocess.run(
        command,
        env=environment | {"PYTHONDONTWRITEBYTECODE": "1"},
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("backend", RUNTIMES)
def test_a_model_writes_nothing(style_file: Path, tmp_path: Path, backend: str):
    done = run_at_home(tmp_path, sys.executable, "-c", PAINT, str(style_file), backend)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert list(tmp_path.rglob("*")) == []


def test_an_extractor_writes_nothing(tmp_path: Path):
    done = run_at_home(tmp_path, sys.executable, "-c", EXTRACT)
    assert (done.returncode, done.stderr) == (0, "")
    assert list(tmp_path.rglob("*")) == []


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
@pytest.mark.parametrize("backend", RUNTIMES)
def test_no_name_is_looked_up_and_no_socket_opened(style_file: Path, tmp_path: Path, backend: str):
    trace, home = tmp_path / "trace", tmp_path / "home"
    home.mkdir()
    watched = ["strace", "-f", "-qq", "-e", "trace=socket,connect", "-o", str(trace)]
    paint = [sys.executable, "-c", PAINT, str(style_file), backend]
    if run_at_home(home, *watched, "true").returncode != 0:
        pytest.skip("strace may not trace here")
    done = run_at_home(home, *watched, *paint)
    assert done.returncode == 0, done.stderr
    calls = [line for line in trace.read_text().splitlines() if "(AF_" in line or "sin" in line]
    assert [line for line in calls if "AF_UNIX" not in line] == []


def test_the_setting_of_the_user_stays(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ORT_DISABLE_TELEMETRY", "0")
    import_onnxruntime()
    assert os.environ["ORT_DISABLE_TELEMETRY"] == "0"
    monkeypatch.delenv("ORT_DISABLE_TELEMETRY")
    import_onnxruntime()
    assert os.environ["ORT_DISABLE_TELEMETRY"] == "1"


@needs_openvino
def test_the_reporting_package_can_be_imported_afterwards():
    import_openvino()
    assert "openvino_telemetry" not in sys.modules or sys.modules["openvino_telemetry"] is not None


def test_one_place_imports_the_libraries():
    package = Path(libraries.__file__).parents[1]
    for path in package.rglob("*.py"):
        for line in path.read_text("utf-8").splitlines():
            words = line.split("#")[0].split()
            if words[:1] in (["import"], ["from"]) and words[1].split(".")[0] in (
                "onnxruntime",
                "openvino",
            ):
                # Parts of OpenVINO may be imported once it is loaded; types cost nothing.
                assert line.startswith("    from"), f"{path.name}: {line}"


INTERRUPT = """
import signal, sys
class Late:
    def find_spec(self, name, path=None, target=None):
        if name == "onnxruntime":
            signal.raise_signal(signal.SIGINT)
            print("still importing")
sys.meta_path.insert(0, Late())
from paintreel.runtime.libraries import import_onnxruntime
try:
    import_onnxruntime()
except KeyboardInterrupt:
    print("interrupted", "onnxruntime" in sys.modules)
assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
"""


def test_an_interrupt_waits_for_the_import():
    done = subprocess.run([sys.executable, "-c", INTERRUPT], capture_output=True, text=True)
    assert done.stdout == "still importing\ninterrupted True\n", done.stderr


def test_ignored_interrupts_stay_ignored(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delitem(sys.modules, "colorsys", raising=False)
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        libraries._import("colorsys")
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)


ONE_THREAD = """
import numpy as np
from paintreel.runtime.catalog import find_model
from paintreel.runtime.model import Model
model = Model(find_model("mffcn").path, backend="openvino", threads=1)
feeds = {"rough": (1, 6, 96, 160), "category": (1, 6), "code": (1, 128), "mix": (1, 1)}
made = model.run({name: np.full(shape, 0.5, np.float32) for name, shape in feeds.items()})
assert all(np.isfinite(plane).all() for plane in made.values())
"""


def test_a_network_is_run_by_one_thread_and_the_process_lives():
    """OpenVINO 2026.4 ends the process when it compiles some networks in f32 for one thread."""
    pytest.importorskip("openvino")
    done = subprocess.run(
        [sys.executable, "-c", ONE_THREAD], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
