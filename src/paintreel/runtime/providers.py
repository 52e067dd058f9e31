"""Sessions of ONNX Runtime on the processor or an accelerator.

A session that cannot be made on an accelerator is often made on the processor without an error:
what it got is asked afterwards.
"""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

from paintreel.errors import BackendError
from paintreel.runtime.devices import Place
from paintreel.runtime.libraries import SESSION_OPTIONS, import_onnxruntime

__all__ = ["create_session"]

_SETTINGS: Final[Mapping[str, Mapping[str, Any]]] = {
    "CUDAExecutionProvider": {
        # The search by trial runs every algorithm for every new size of a picture, for seconds.
        "cudnn_conv_algo_search": "HEURISTIC",
        # Doubling would take half of the card for one big picture.
        "arena_extend_strategy": "kSameAsRequested",
        # Its numbers have 10 bits: a scene would not be the same picture on every machine.
        "use_tf32": 0,
    },
    # In a laptop with two graphics cards the strong one.
    "DmlExecutionProvider": {"performance_preference": "high_performance", "device_filter": "gpu"},
    # The older form computes in half floats. Of a graph with free sizes it would take little.
    "CoreMLExecutionProvider": {"ModelFormat": "MLProgram", "RequireStaticInputShapes": 1},
}
"""Provider -> its settings. Names and values: onnxruntime.ai/docs/execution-providers."""

_DEFAULT_SEVERITY, _SILENT = 2, 4


def create_session(
    data: bytes,
    options: Any,
    place: Place,
    *,
    exact: bool = True,
    sizes: Mapping[str, int] | None = None,
) -> Any:
    """An `onnxruntime.InferenceSession` on a place of ONNX Runtime.

    options  `onnxruntime.SessionOptions`, which is changed as the device needs it
    exact    32-bit floats; else whatever the device counts with by itself
    sizes    of the graph's named axes, which are fixed then

    Raises BackendError for an accelerator that the runtime cannot use, and what the runtime raises.
    """
    runtime = import_onnxruntime()
    for name, size in (sizes or {}).items():
        options.add_free_dimension_override_by_name(name, size)
    if place.is_processor:
        return runtime.InferenceSession(data, options, **SESSION_OPTIONS)
    settings = dict(_SETTINGS.get(place.name, {}))
    if place.device == "coreml" and exact:
        settings["MLComputeUnits"] = "CPUAndGPU"  # the Neural Engine has half floats alone
    if place.device == "directml":
        options.enable_mem_pattern = False
        options.execution_mode = runtime.ExecutionMode.ORT_SEQUENTIAL
    providers = [(place.name, settings), *SESSION_OPTIONS["providers"]]
    with _silent(runtime):
        missing = _load_cuda() if place.device == "cuda" else ""
        session = runtime.InferenceSession(
            data, options, **{**SESSION_OPTIONS, "providers": providers}
        )
    if place.name not in session.get_providers():
        raise BackendError(missing or f"ONNX Runtime cannot start {place.name}")
    return session


@contextlib.contextmanager
def _silent(runtime: Any) -> Iterator[None]:
    """Nothing is printed in the block: what goes wrong becomes a note."""
    runtime.set_default_logger_severity(_SILENT)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        runtime.set_default_logger_severity(_DEFAULT_SEVERITY)


@cache
def _load_cuda() -> str:
    """Load the libraries of CUDA that pip has installed. What misses first, in words; "" for none.

    They lie where the system does not look.
    """
    preload = getattr(import_onnxruntime(), "preload_dlls", None)  # from 1.21
    if preload is None:
        return ""
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        preload()
    begin = "Failed to load "
    missing = [line for line in said.getvalue().splitlines() if line.startswith(begin)]
    return f"{missing[0].removeprefix(begin).split(': ')[0]} is not found" if missing else ""
