"""What networks can run on here, tried out: for `paintreel info --system`."""

from __future__ import annotations

from os import PathLike
from typing import cast

from paintreel.errors import PaintreelError
from paintreel.runtime.backends import BACKENDS
from paintreel.runtime.catalog import find_model
from paintreel.runtime.devices import (
    ACCELERATORS,
    BACKEND_TITLES,
    DEVICE_NAMES,
    DeviceName,
    backends_here,
    candidates,
    clash,
    listed,
    processor,
    why_absent,
)
from paintreel.runtime.libraries import openvino_core
from paintreel.runtime.model import Model

__all__ = ["describe_devices"]


def describe_devices(model: str | PathLike[str]) -> dict[str, str]:
    """What every backend lists, and what a network gets of each device, in plain words.

    model: name or path of a model, which is opened on every accelerator that is listed.
    """
    facts = {
        f"devices of {backend}": ", ".join(_listed(backend, name) for name in names)
        for backend in BACKENDS
        if (names := listed(backend))
    }
    if problem := clash():
        facts["packages"] = problem
    facts |= {f"--device {device}": _taken(device, model) for device in DEVICE_NAMES}
    return facts


def _listed(backend: str, name: str) -> str:
    """A device as it is called here, and what its library says of it: "cpu (AMD EPYC)"."""
    ours = {p.name: p.device for p in (*ACCELERATORS, processor(backend)) if p.backend == backend}
    if name not in ours:
        return f"{name} (not used)"
    if backend != "openvino":
        return f"{ours[name]} ({name})"
    return f"{ours[name]} ({openvino_core().get_property(name, 'FULL_DEVICE_NAME').strip()})"


def _taken(device: str, model: str | PathLike[str]) -> str:
    """What runs on it: "cuda, by ONNX Runtime", or why nothing does."""
    if device not in ("auto", "cpu") and not candidates(device, backends_here("auto")):
        return why_absent(device)
    try:
        opened = Model(find_model(model).path, device=cast("DeviceName", device))
    except PaintreelError as error:
        return str(error)
    if opened.notes:
        return "; ".join(map(str, opened.notes))
    return f"{opened.device}, by {BACKEND_TITLES[opened.backend]}"
