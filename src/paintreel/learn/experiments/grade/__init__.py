"""What a grade does to the mood model, to structure, skin and white, and to who is asked."""

from __future__ import annotations
