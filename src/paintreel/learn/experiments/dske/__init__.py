"""The studies of the DSKE network: its parameters, data enhancement, a teacher."""

from __future__ import annotations
