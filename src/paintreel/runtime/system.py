"""What the program runs on: the facts that a report of a fault needs."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

from paintreel.runtime.backends import BACKENDS
from paintreel.runtime.devices import ONNXRUNTIME_PACKAGES

__all__ = ["describe_machine", "describe_system", "usable_cores"]

_PACKAGES = ("numpy", "opencv-python-headless", "pillow", "av", "onnxruntime", "openvino", "torch")
_CPU_FEATURES = ("avx2", "avx512f", "avx512_bf16", "amx_bf16")
_NEEDS = {"onnxruntime": ONNXRUNTIME_PACKAGES, "openvino": ("openvino",)}


def usable_cores() -> int:
    """Processor cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def describe_machine(device: str = "cpu") -> str:
    """One line for cards and results: processor with what sets its speed, cores, system."""
    other = [] if device == "cpu" else [device]
    return "; ".join([_processor(), f"{usable_cores()} cores", platform.system(), *other])


def describe_system(version: str) -> dict[str, object]:
    """Program, Python, machine, packages and backends, in plain values; nothing is loaded.

    version: of the program.
    """
    versions = {name: _version(name) for name in (*_PACKAGES, *ONNXRUNTIME_PACKAGES)}
    return {
        "paintreel": version,
        "python": f"{platform.python_version()}, {platform.python_implementation()}",
        "system": platform.platform(),
        "processor": _processor(),
        "cores": usable_cores(),
        "memory": _memory(),
        **{
            name: version or "not installed"
            for name, version in versions.items()
            if version or (name in _PACKAGES and not _stands_for(name, versions))
        },
        "backends": ", ".join(
            name for name in BACKENDS if any(versions[package] for package in _NEEDS[name])
        ),
    }


def _stands_for(name: str, versions: Mapping[str, str | None]) -> bool:
    """Whether another package is there that brings the same module."""
    return any(
        name in packages and any(map(versions.get, packages)) for packages in _NEEDS.values()
    )


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _processor() -> str:
    """Name and the features that set the speed, as far as the system tells."""
    try:
        text = Path("/proc/cpuinfo").read_text("utf-8", errors="replace")
    except OSError:
        return platform.processor() or platform.machine()
    facts = dict(line.split(":", 1) for line in text.split("\n\n")[0].splitlines() if ":" in line)
    facts = {key.strip(): value.strip() for key, value in facts.items()}
    flags = set(facts.get("flags", "").split())
    features = [name for name in _CPU_FEATURES if name in flags]
    return ", ".join([facts.get("model name", platform.machine()), *features])


def _memory() -> str:
    try:
        pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return "unknown"
    return f"{pages * size / 2**30:.1f} GiB"
