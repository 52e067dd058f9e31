"""What a grade does: to the mood model, to structure, skin and white, and to people who are asked."""

from __future__ import annotations
