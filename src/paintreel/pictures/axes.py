"""Steps and numbers of axes, as people count."""

from __future__ import annotations

__all__ = ["clock_text", "round_step"]

_STEPS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1800, 3600)


def clock_text(time_s: float, *, fine: bool = False) -> str:
    """A time as people read it; fine: with tenths of a second.

    >>> clock_text(75.0), clock_text(4000), clock_text(2.25, fine=True)
    ('1:15', '1:06:40', '0:02.2')
    """
    tenths = int(10 * time_s + 1e-6)
    minutes, seconds = divmod(tenths / 10, 60)
    hours, minutes = divmod(int(minutes), 60)
    last = f"{seconds:04.1f}" if fine else f"{int(seconds):02d}"
    return f"{hours}:{minutes:02d}:{last}" if hours else f"{minutes}:{last}"


def round_step(step: float) -> float:
    """The next larger step of seconds that people count in.

    >>> round_step(0.3), round_step(7.0), round_step(100.0)
    (0.5, 10.0, 120.0)
    """
    return float(next((each for each in _STEPS if each >= step), 3600 * -(-step // 3600)))
