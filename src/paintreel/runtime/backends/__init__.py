"""The inference runtimes, one file each; a new one is a file that keeps `Backend` and a row here.

None is imported before a model is loaded into it.
"""

from __future__ import annotations

from typing import Literal, get_args

from paintreel.runtime.backends.onnxruntime_backend import OnnxRuntimeBackend
from paintreel.runtime.backends.openvino_backend import OpenVinoBackend
from paintreel.runtime.backends.protocol import Backend, Precision

__all__ = ["BACKENDS", "BACKEND_NAMES", "PRECISIONS", "Backend", "BackendName", "Precision"]

BACKENDS: dict[str, type[Backend]] = {
    "onnxruntime": OnnxRuntimeBackend,
    "openvino": OpenVinoBackend,
}
"""Every runtime by its name."""

BackendName = Literal["auto", "onnxruntime", "openvino"]
BACKEND_NAMES: tuple[str, ...] = get_args(BackendName)
PRECISIONS: tuple[str, ...] = get_args(Precision)
