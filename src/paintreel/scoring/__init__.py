"""What `score` and `compare` share: the measures of files and sets, the run, the report's parts."""

from __future__ import annotations
