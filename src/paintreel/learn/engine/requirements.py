"""Importing this imports all that a run needs, at its end too, so that it fails before an hour."""

from __future__ import annotations

import onnx  # noqa: F401
import safetensors  # noqa: F401
import torch  # noqa: F401
