"""Nothing is imported or asked for that Windows and macOS lack.

The tests run on Linux. So what other systems have not is taken away: modules may not be imported at
the top, and a process in which the names of POSIX and Linux are gone imports everything and paints.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]

LACKING_MODULES = {
    *("fcntl", "grp", "posix", "pwd", "pty", "readline", "resource", "syslog", "termios", "tty"),
    *("crypt", "spwd", "nis", "ossaudiodev"),
}
"""Of the standard library, not on Windows."""

LACKING_NAMES = {
    "os": (
        *("fork", "forkpty", "getuid", "geteuid", "getgid", "getegid", "getgroups", "getpgid"),
        *("getpgrp", "getsid", "setsid", "killpg", "chown", "lchown", "fchown", "fchmod", "chroot"),
        *("sysconf", "uname", "getloadavg", "nice", "mkfifo", "mknod", "statvfs", "wait3", "wait4"),
        *("sched_getaffinity", "sched_setaffinity", "sendfile", "posix_fadvise", "posix_fallocate"),
        *("pread", "pwrite", "sync", "fdatasync", "getxattr", "listxattr", "memfd_create"),
        *("O_NOFOLLOW", "O_DIRECTORY", "O_NONBLOCK", "O_CLOEXEC", "WNOHANG", "register_at_fork"),
    ),
    "signal": (
        *("SIGHUP", "SIGKILL", "SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGALRM", "SIGPIPE", "SIGCHLD"),
        *("SIGSTOP", "SIGCONT", "SIGWINCH", "alarm", "setitimer", "pause", "pthread_kill"),
        *("pthread_sigmask", "sigwait", "siginterrupt"),
    ),
    "time": ("tzset", "clock_settime", "pthread_getcpuclockid"),
    "socket": ("AF_UNIX", "socketpair_unix"),
}
"""Module -> names that Windows or macOS lack."""

WITHOUT = f"""
import os, signal, sys
import multiprocessing.connection, subprocess, tempfile, concurrent.futures.process, shutil, socket
import time, uuid, platform, asyncio, logging, unittest.mock  # what Python itself needs on Linux
import numpy, PIL.Image, PIL.ImageFont, cv2, av, onnxruntime, tqdm, tomli_w
import importlib
for module, names in {LACKING_NAMES!r}.items():
    for name in names:
        vars(importlib.import_module(module)).pop(name, None)
real_readlink = os.readlink
def readlink(path, *rest, **named):
    if str(path).startswith("/proc"):
        raise FileNotFoundError(2, "no such file", path)
    return real_readlink(path, *rest, **named)
os.readlink = readlink
class Gone:
    def find_spec(self, name, path=None, target=None):
        if name in {sorted(LACKING_MODULES)!r}:
            raise ModuleNotFoundError(f"{{name}} is not on this system", name=name)
sys.meta_path.insert(0, Gone())
for name in {sorted(LACKING_MODULES)!r}:
    sys.modules.pop(name, None)
"""


def python(code: str, folder: Path, *, before: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", before + WITHOUT + code]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_they_are_gone(tmp_path: Path):
    """What the other tests take away is not there any more."""
    assert "is not on this system" in python("import fcntl", tmp_path).stderr
    done = python("print(hasattr(os, 'sysconf'), hasattr(signal, 'SIGHUP'))", tmp_path)
    assert done.stdout.split() == ["False", "False"], done.stderr


def test_modules_of_one_system_are_not_imported_at_the_top(modules):
    offenders = []
    for module in modules.values():
        for node in module.tree.body:
            names = [a.name for a in getattr(node, "names", ())] + [getattr(node, "module", None)]
            lacking = LACKING_MODULES & {name.split(".")[0] for name in names if name}
            offenders += [f"{module.file}:{node.lineno} imports {name}" for name in lacking]
    assert offenders == []


def test_everything_imports_without_them(modules, tmp_path: Path):
    run_alone = {"paintreel.__main__", "paintreel.studio.store.migrations.env"}
    names = [name for name in modules if name not in run_alone]
    code = f"for name in {names!r}: importlib.import_module(name)\nprint('all imported')"
    torch = "import torch, torch.distributed, onnx, safetensors.torch\n"  # as they are on Linux
    done = python(code, tmp_path, before=torch)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "all imported\n"


COMMANDS = (
    ("--version",),
    ("info", "--system"),
    ("models", "hereva"),
    ("stylize", "photo.png", "-o", "painted.png", "--credits"),
    ("stylize", "photos/", "-o", "painted/", "--workers", "2"),
    ("stylize", "clip.mkv", "-o", "clip.mp4"),
    ("stylize", "clip.mkv", "-o", "frames", "--codec", "png"),
    ("scene", "--category", "forest", "--size", "96x54", "--layers", "-o", "scene.png"),
    ("rough", "photo.png", "-o", "rough.png", "--sketch", "lines.png"),
    ("score", "painted/", "--reference", "photos/", "--metrics", "psnr,ssim", "--workers", "2"),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory, make_picture) -> Path:
    import av
    from PIL import Image

    folder = tmp_path_factory.mktemp("other system")
    (folder / "photos").mkdir()
    for name in ("photo.png", "photos/a.png", "photos/b.png"):
        Image.fromarray(make_picture(len(name), 96, 128)).save(folder / name)
    with av.open(str(folder / "clip.mkv"), "w") as container:
        stream = container.add_stream("ffv1", rate=12)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "bgr0"
        for seed in range(4):
            frame = av.VideoFrame.from_ndarray(make_picture(seed), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return folder


def test_every_kind_of_work_is_done_without_them(folder: Path):
    code = (
        "from paintreel.cli.signals import SignalWatch\n"
        "SignalWatch().install()\n"
        "from paintreel.cli.main import main\n"
        "if __name__ == '__main__':\n"
        f"    print([main(list(words)) for words in {COMMANDS!r}])\n"
    )
    # From a file: the processes of score are started afresh and import it.
    script = folder / "run.py"
    script.write_text(WITHOUT + code, "utf-8")
    command = [sys.executable, script]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == str([0] * len(COMMANDS)), done.stdout + done.stderr
