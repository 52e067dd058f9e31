"""Splits the time of a training step into parts, by the names of torch's operators."""

from __future__ import annotations

import re
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import torch
from torch.profiler import ProfilerActivity, profile

CONVOLUTION, CONVOLUTION_BACKWARD = "convolutions, forward", "convolutions, backward"
BETWEEN = "Python between operators"

_SCOPES = (
    ("data", re.compile(r"^part:data$")),
    ("optimiser", re.compile(r"^part:optimiser$|^Optimizer\.")),
)
"""An operator called inside one of these belongs to it, whatever it is."""

_OPERATORS = (
    (CONVOLUTION_BACKWARD, re.compile(r"conv\w*backward", re.I)),
    (CONVOLUTION, re.compile(r"conv(olution|\dd|_)|mkldnn_conv", re.I)),
    ("FFT", re.compile(r"fft", re.I)),
    ("pooling", re.compile(r"pool", re.I)),
    (
        "spectral norm",
        re.compile(r"\b(mv|dot|vdot|outer|ger|addmv|linalg_vecdot)(Backward\d)?$", re.I),
    ),
    (
        "copies, casts, layout",
        re.compile(
            r"copy|::to$|clone|contiguous|\bcat\b|pad|pixel_(un)?shuffle|roll|slice_backward"
            r"|fill_|zeros|ones|stack|index|detach|empty|Slice|Narrow|Cat|Roll",
        ),
    ),
    (
        "elementwise and reductions",
        re.compile(
            r"(add|sub|mul|div|abs|sgn|sign|pow|exp|log1?p?|sqrt|relu|threshold|clamp|lerp|where"
            r"|[gl][te]|mean|sum|norm|neg|square|max|min|bitwise|angle|complex|real)(_|\b|Backward)"
            r"|log1p|vector_norm",
            re.I,
        ),
    ),
)

PARTS = (
    *(CONVOLUTION, CONVOLUTION_BACKWARD, "elementwise and reductions", "copies, casts, layout"),
    *("FFT", "pooling", "spectral norm", "optimiser", "data", "other operators", BETWEEN),
)
MAY_BE_LARGE = (CONVOLUTION, CONVOLUTION_BACKWARD)


def profile_parts(step: Callable[[], Any], steps: int) -> dict[str, float]:
    """Share of the wall time of `steps` calls of `step` that each of PARTS takes; they sum to 1."""
    activities = [ProfilerActivity.CPU]
    on_device = torch.cuda.is_available()
    if on_device:
        activities.append(ProfilerActivity.CUDA)
    step()
    with profile(activities=activities) as profiled:
        start = time.perf_counter()
        for _ in range(steps):
            step()
        if on_device:
            torch.cuda.synchronize()
        wall_us = (time.perf_counter() - start) * 1e6
    spent: dict[str, float] = defaultdict(float)
    for event in profiled.events():
        own_us = event.self_device_time_total if on_device else event.self_cpu_time_total
        spent[part_of(event)] += own_us
    spent[BETWEEN] = max(0.0, wall_us - sum(spent.values()))
    whole = sum(spent.values())
    return {part: spent[part] / whole for part in PARTS}


def part_of(event: Any) -> str:
    """The part of one profiler event: its scope, or else the nearest operator that is known."""
    names = []
    while event is not None:
        names.append(event.name)
        event = event.cpu_parent
    for part, pattern in _SCOPES:
        if any(pattern.search(name) for name in names):
            return part
    for name in names:
        for part, pattern in _OPERATORS:
            if pattern.search(name):
                return part
    return "other operators"
