"""A painted scene from words: a background for what is drawn before it."""

from __future__ import annotations

from paintreel.imaging.arrays import Array
from paintreel.scenes.asked import ask
from paintreel.scenes.from_category import draw_scene, paint_flat
from paintreel.scenes.methods import open_method, tell_of_device

__all__ = ["scene_of_words"]


def scene_of_words(words: str, *, seed: int, size_px: tuple[int, int]) -> Array:
    """The scene that words name, (H, W, 3) uint8 of `size_px` (width, height).

    It is that of `paintreel.scene(words, seed=seed, size=size_px)`. Raises InputError for words
    that name no world, for seeds and sizes that cannot be drawn.
    """
    asked = ask(words)
    assert asked.category is not None  # else `ask` raises
    method = open_method()
    stack = draw_scene(asked.category, seed=seed, size=size_px, conditions=asked.conditions)
    picture = paint_flat(stack, asked.category, method)
    tell_of_device(method)
    return picture
