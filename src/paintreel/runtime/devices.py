"""What networks may run on: the devices by name, what is installed here, what would bring others.

The names are those of the option `--device`. A library lists an accelerator when it was built for
it, which does not say that the machine has one: `on_device` tries.
"""

from __future__ import annotations

import platform
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata, util
from typing import Final, Literal, get_args

from paintreel.errors import BackendError, PaintreelError
from paintreel.notes import Note
from paintreel.options import DeviceName
from paintreel.runtime.libraries import import_onnxruntime, openvino_core

__all__ = [
    "ACCELERATORS",
    "BACKEND_TITLES",
    "DEVICE_NAMES",
    "ONNXRUNTIME_PACKAGES",
    "DeviceName",
    "Place",
    "backends_here",
    "candidates",
    "check_device",
    "clash",
    "fallback_note",
    "listed",
    "processor",
    "why_absent",
]

DEVICE_NAMES: Final[tuple[str, ...]] = get_args(DeviceName)

BACKEND_TITLES: Final = {"onnxruntime": "ONNX Runtime", "openvino": "OpenVINO"}

ONNXRUNTIME_PACKAGES: Final = (
    *("onnxruntime", "onnxruntime-gpu", "onnxruntime-directml", "onnxruntime-migraphx"),
    *("onnxruntime-openvino", "onnxruntime-rocm", "onnxruntime-qnn"),
)
"""Packages that bring the module `onnxruntime`; two of them lie over each other."""

_INSTALL = "docs/install.md"


@dataclass(frozen=True, slots=True)
class Place:
    """A device of a library.

    device     what it is called in `--device`
    backend    the library that has it, a name of BACKEND_TITLES
    name       what that library calls it
    title      what people call it
    package    what brings it, for pip
    systems    where there is such a package, as `platform.system()` says it
    needs      what the machine needs beside the package
    by_itself  whether ``auto`` takes it: an accelerator whose package is installed on purpose
    pins       when a graph is made for the very size of a picture: ``never``; ``again``, from the
               second picture of a size; ``always``, where the device takes no free sizes
    one_call   whether the device takes one call at a time
    """

    device: str
    backend: str
    name: str
    title: str
    package: str = ""
    systems: tuple[str, ...] = ()
    needs: str = ""
    by_itself: bool = False
    pins: Literal["never", "again", "always"] = "never"
    one_call: bool = False

    @property
    def is_processor(self) -> bool:
        return self.device == "cpu"

    @property
    def described(self) -> str:
        """Device and library in one, for people: "cpu, by OpenVINO"."""
        title = "" if self.is_processor or self.device != "gpu" else f" ({self.title})"
        return f"{self.device}{title}, by {BACKEND_TITLES[self.backend]}"


ACCELERATORS: Final = (
    Place(
        *("cuda", "onnxruntime", "CUDAExecutionProvider", "NVIDIA CUDA"),
        package="onnxruntime-gpu[cuda,cudnn]",
        systems=("Linux", "Windows"),
        needs="an NVIDIA card, its driver, CUDA and cuDNN",
        by_itself=True,
    ),
    Place(
        *("gpu", "onnxruntime", "MIGraphXExecutionProvider", "AMD MIGraphX"),
        package="onnxruntime-migraphx",
        systems=("Linux",),
        needs="an AMD card and ROCm",
    ),
    Place(
        *("directml", "onnxruntime", "DmlExecutionProvider", "DirectML"),
        package="onnxruntime-directml",
        systems=("Windows",),
        needs="a graphics card with DirectX 12",
        by_itself=True,
        pins="again",
        one_call=True,
    ),
    Place(
        *("coreml", "onnxruntime", "CoreMLExecutionProvider", "Apple CoreML"),
        package="onnxruntime",
        systems=("Darwin",),
        needs="macOS 12",
        pins="always",
    ),
    Place(
        *("gpu", "openvino", "GPU", "Intel GPU"),
        package="openvino",
        systems=("Linux", "Windows"),
        needs="an Intel GPU and its driver",
    ),
)
"""Every accelerator, in the order in which they are tried."""

_PROCESSOR_NAMES: Final = {"onnxruntime": "CPUExecutionProvider", "openvino": "CPU"}


def processor(backend: str) -> Place:
    """The processor, as a library's device."""
    return Place("cpu", backend, _PROCESSOR_NAMES[backend], "processor")


def check_device(device: str) -> None:
    """Raise BackendError for a name that is none, with those that are and what is here."""
    if device not in DEVICE_NAMES:
        raise BackendError(
            f"device is {device!r}, expected one of {', '.join(DEVICE_NAMES)}; here there is "
            f"{_here(backends_here('auto'))}"
        )


def backends_here(backend: str) -> tuple[str, ...]:
    """The libraries to ask for a device, the one that has the processor first.

    backend: ``auto`` asks all that are installed, any other name that one alone.
    """
    if backend != "auto":
        return (backend,)
    return ("openvino", "onnxruntime") if util.find_spec("openvino") else ("onnxruntime",)


def listed(backend: str) -> tuple[str, ...]:
    """Names of the devices that a library was built for, as it calls them; () without it."""
    try:
        if backend == "onnxruntime":
            return tuple(import_onnxruntime().get_available_providers())
        return tuple(dict.fromkeys(n.split(".")[0] for n in openvino_core().available_devices))
    except PaintreelError:  # not installed, or broken: opening a model on it says so
        return ()


def candidates(device: str, backends: Sequence[str]) -> list[Place]:
    """The accelerators to try for a device, in order; none for the processor."""
    if device == "cpu":
        return []
    fitting = [
        place
        for place in ACCELERATORS
        if place.backend in backends
        and (place.by_itself if device == "auto" else device in ("gpu", place.device))
    ]
    names = {backend: listed(backend) for backend in {place.backend for place in fitting}}
    return [place for place in fitting if place.name in names[place.backend]]


def clash() -> str:
    """Why the ONNX Runtime here may not have what was installed; "" where nothing is wrong."""
    there = [name for name in ONNXRUNTIME_PACKAGES if _is_installed(name)]
    if len(there) < 2:
        return ""
    names = " ".join(there)
    return (
        f"{' and '.join(there)} lie over each other: pip uninstall -y {names}, then install the "
        "one that is wanted"
    )


def fallback_note(
    device: str, backends: Sequence[str], failed: Sequence[tuple[Place, str]], used: Place
) -> Note:
    """What is said once when a device cannot be had: what was asked, why not, what is used.

    failed: accelerators that are listed, each with the reason why it cannot be used
    """
    instead = "the processor" if used.is_processor else used.title
    if failed:
        what = "; ".join(f"{p.title} is installed but cannot be used ({why})" for p, why in failed)
        help_text = f"It needs {' or '.join(p.needs for p, _ in failed)}: {_INSTALL}"
        if device == "auto" and used.is_processor:
            help_text += "; --device cpu leaves it alone"
    else:
        what, help_text = _why_absent(device, backends)
    text = (
        f"{what}: the network runs on {instead} ({BACKEND_TITLES[used.backend]}). "
        f"{clash() or help_text}"
    )
    return Note("device-fallback", text)


def why_absent(device: str) -> str:
    """Why there is nothing to try for a device, and what would bring it, shortly."""
    places, here = _places_of(device), platform.system()
    possible = [p for p in places if here in p.systems]
    return f"not here; {_brings(possible)}" if possible else f"of {_systems_of(places)}"


def _why_absent(device: str, backends: Sequence[str]) -> tuple[str, str]:
    """(why no library lists the device, what would bring it), as two sentences."""
    places = _places_of(device)
    of_others = [p for p in places if p.backend not in backends and p.name in listed(p.backend)]
    if of_others:
        other, asked = (BACKEND_TITLES[name] for name in (of_others[0].backend, backends[0]))
        return f"device {device} is of {other}, not of {asked}", "Leave --backend out to have it"
    has = f"This installation has {_here(backends)}"
    here = platform.system()
    possible = [p for p in places if here in p.systems]
    if possible:
        return f"device {device} is not here", f"{has}; {_brings(possible)}: {_INSTALL}"
    others = [p for p in ACCELERATORS if here in p.systems]
    brings = f"; {_brings(others)}: {_INSTALL}" if others else ""
    return f"device {device} is of {_systems_of(places)}", f"{has}{brings}"


def _places_of(device: str) -> list[Place]:
    return [place for place in ACCELERATORS if device in ("gpu", place.device)]


def _systems_of(places: Sequence[Place]) -> str:
    names = {"Darwin": "macOS"}
    systems = [names.get(system, system) for place in places for system in place.systems]
    return " and ".join(dict.fromkeys(systems))


def _brings(places: Sequence[Place]) -> str:
    """Which packages bring these, but for those that are there and find no device."""
    wanted = [p for p in places if not _is_installed(p.package.split("[")[0])] or places
    wanted = sorted(wanted, key=lambda place: place.backend == "onnxruntime")
    first, *rest = [f"{place.title} {{}}with {place.package}" for place in wanted]
    text = ", ".join([first.format("comes "), *(each.format("") for each in rest)])
    instead = any(p.package.startswith("onnxruntime-") for p in wanted)
    return f"{text}{', in the place of onnxruntime' * instead}"


def _here(backends: Sequence[str]) -> str:
    """The devices that are listed, by the names of the option: "cpu", "cuda, cpu"."""
    names = {backend: listed(backend) for backend in backends}
    there = [p.device for p in ACCELERATORS if p.name in names.get(p.backend, ())]
    return ", ".join(dict.fromkeys([*there, "cpu"]))


def _is_installed(package: str) -> bool:
    try:
        metadata.version(package)
    except metadata.PackageNotFoundError:
        return False
    return True
