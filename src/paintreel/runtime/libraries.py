"""The inference libraries, imported so that nothing leaves the machine.

Both report to their makers unless they are told not to before they are imported: ONNX Runtime from
1.31 keeps a device id and a store of events in the user's cache and looks its maker's host up;
OpenVINO writes an id into the home folder and looks its maker's up while it is imported. Here is
the one place where either is imported.
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from types import ModuleType
from typing import Any, Final

from paintreel.errors import BackendError, MissingExtra

__all__ = ["SESSION_OPTIONS", "import_onnxruntime", "import_openvino", "openvino_core"]

SESSION_OPTIONS: Final[Mapping[str, Any]] = {
    "providers": ["CPUExecutionProvider"],
    "enable_fallback": 0,  # it prints to standard output before it fails once more
}
"""Of every `onnxruntime.InferenceSession`; an accelerator goes before these providers."""

_ORT_SWITCH = "ORT_DISABLE_TELEMETRY"
_OPENVINO_REPORTER = "openvino_telemetry"


def import_onnxruntime() -> ModuleType:
    """The module `onnxruntime`, which sends nothing.

    A value that the user has given ``ORT_DISABLE_TELEMETRY`` stays; so does the state of a library
    that the program has imported before. Raises BackendError when it cannot be loaded.
    """
    os.environ.setdefault(_ORT_SWITCH, "1")
    try:
        return _import("onnxruntime")
    except Exception as error:
        raise BackendError(f"ONNX Runtime cannot be loaded: {error}") from error


def import_openvino() -> ModuleType:
    """The module `openvino`, which sends nothing; its own stub stands in for the reporting package.

    A library that the program has imported before keeps its state. Raises MissingExtra when it is
    not installed, BackendError when it cannot be loaded.
    """
    try:
        with _not_importable(_OPENVINO_REPORTER):
            return _import("openvino")
    except ImportError as error:
        raise MissingExtra("the OpenVINO backend", "openvino") from error
    except Exception as error:
        raise BackendError(f"OpenVINO cannot be loaded: {error}") from error


@cache
def openvino_core() -> Any:
    """The OpenVINO of this process, which is never let go. Raises as `import_openvino`.

    Its CPU plugin gives the thread that loads it a stack for signal handlers. Destroyed in
    another thread it frees that stack but leaves it set, and the next Ctrl-C ends in a crash
    (seen in 2026.4; see test_signals_after_a_model_has_gone).
    """
    return import_openvino().Core()


def _import(name: str) -> ModuleType:
    # It takes 0.1 to 0.5 s, and most measures need no network: never at the top of a module.
    if name in sys.modules:
        return importlib.import_module(name)
    with _interrupts_wait():
        return importlib.import_module(name)


@contextmanager
def _not_importable(name: str) -> Iterator[None]:
    """`import name` fails in the block, unless it has been imported before."""
    if name in sys.modules:
        yield
        return
    sys.modules[name] = None  # type: ignore[assignment]  # how the import system blocks a name
    try:
        yield
    finally:
        sys.modules.pop(name, None)


@contextmanager
def _interrupts_wait() -> Iterator[None]:
    """Ctrl-C in the block is handled at its end.

    In the midst of an import, code in C turns it into an ImportError or a SystemError, and a
    module that is half imported stays broken.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    handler = signal.getsignal(signal.SIGINT)
    if not callable(handler):  # ignored, or not Python's
        yield
        return
    pending: list[int] = []
    signal.signal(signal.SIGINT, lambda number, _: pending.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)
    if pending:
        signal.raise_signal(signal.SIGINT)
