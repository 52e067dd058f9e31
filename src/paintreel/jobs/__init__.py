"""Files and runs: what a file is, where results go, what is paired, and the run over them."""

from __future__ import annotations
