"""Settings of the trainings of the experiment on lines and colour, by preset."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from paintreel.learn.data.line_samples import ColourSampling, LineSampling
from paintreel.learn.trainers.line_settings import ColorizeSettings, LineartSettings


@dataclass(frozen=True)
class LinesSettings:
    """Of every training of a task, before a condition's changes.

    A network of lines and one of colour get settings of their own: `--set colorize.batch=4`.
    """

    lineart: LineartSettings = field(default_factory=LineartSettings)
    colorize: ColorizeSettings = field(default_factory=ColorizeSettings)


_LIGHT = LinesSettings(
    lineart=LineartSettings(adversary=0.005, adversary_from=0.5, ema_decay=0.99),
    colorize=ColorizeSettings(adversary=0.01, ema_decay=0.99),
)

SETTINGS = {
    "light": _LIGHT,
    "tiny": LinesSettings(
        lineart=replace(
            _LIGHT.lineart, preset="tiny", batch=2, content=0.0, pairs=LineSampling(side_px=64)
        ),
        colorize=replace(
            _LIGHT.colorize,
            preset="tiny",
            batch=2,
            content=0.0,
            features=0.0,
            pairs=ColourSampling(side_px=64),
        ),
    ),
    "paper": LinesSettings(
        lineart=replace(_LIGHT.lineart, preset="paper"),
        colorize=replace(_LIGHT.colorize, preset="paper"),
    ),
}
"""{preset: settings}"""
