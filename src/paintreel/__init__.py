"""Paintreel turns live footage into painted animation.

    import paintreel

    painted = paintreel.stylize("photo.jpg")              # a PIL image
    style = paintreel.Style("hereva")                     # loads once
    frame = style(frame, strength=0.8)                    # numpy in, numpy out
    paintreel.stylize_video("clip.mp4", "painted.mp4")    # sound and timing kept
    forest = paintreel.scene("fantasy forest", seed=7)    # a background from a word
    print(paintreel.credits("hereva", "mffcn"))           # whom to name for them
    frames = paintreel.parallax("forest", move="in")      # a shot through it
    dark = paintreel.grade("photo.jpg", emotion="fear")   # its light and colour moved to a feeling
    print(paintreel.classify("panel.png").label)          # the feeling that it carries
    print(paintreel.emotion("line.wav").timeline)         # who feels what, over time
    paintreel.sheet(["film.mp4"]).save("colours.png")      # its colour script
    paintreel.character("girl", "fear").save("her.png")   # a character in a feeling
    paintreel.script("story.fountain").timeline           # what its words feel like
    paintreel.spectrum(["photos", "painted"]).plot()      # detail of each fineness, compared

Names are loaded when they are first used, so that importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from paintreel import errors
    from paintreel.character.drawn import character
    from paintreel.classify.asking import classify, classify_video
    from paintreel.colorize.painted import colorize
    from paintreel.colorize.video import colorize_video
    from paintreel.emotion.finding import emotion
    from paintreel.errors import PaintreelError
    from paintreel.fuse.fusing import fuse
    from paintreel.grade.graded import grade
    from paintreel.grade.video import grade_video
    from paintreel.lineart.drawn import lineart
    from paintreel.lineart.video import lineart_video
    from paintreel.runtime.catalog import list_models
    from paintreel.runtime.credits import credits
    from paintreel.scene.paint import scene
    from paintreel.scene.parallax import parallax
    from paintreel.script.telling import script
    from paintreel.sheet.drawn import sheet
    from paintreel.spectrum.told import spectrum
    from paintreel.stylize.style import Style, stylize
    from paintreel.stylize.video import stylize_video

__version__ = "0.2.0"
__all__ = [
    "PaintreelError",
    "Style",
    "__version__",
    "character",
    "classify",
    "classify_video",
    "colorize",
    "colorize_video",
    "credits",
    "emotion",
    "errors",
    "fuse",
    "grade",
    "grade_video",
    "lineart",
    "lineart_video",
    "list_models",
    "parallax",
    "scene",
    "script",
    "sheet",
    "spectrum",
    "stylize",
    "stylize_video",
]

_MODULES = (
    *("character", "classify", "colorize", "emotion", "errors", "fuse", "grade", "lineart"),
    *("scene", "script", "sheet", "spectrum"),
    "stylize",
)
_HOMES = {
    "PaintreelError": "errors",
    "Style": "stylize.style",
    "classify_video": "classify.asking",
    "colorize_video": "colorize.video",
    "credits": "runtime.credits",
    "grade_video": "grade.video",
    "lineart_video": "lineart.video",
    "list_models": "runtime.catalog",
    "parallax": "scene.parallax",
    "stylize_video": "stylize.video",
}


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return import_module(f"{__name__}.{name}")
    if name in _HOMES:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
