"""What one seed of a scene makes: its picture, its layers, its shot."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import CancelledError
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from paintreel.drawing.layer_files import INDEX_NAME, write_layers
from paintreel.drawing.layers import Layer, LayerStack, trim
from paintreel.imaging.files import Picture, write_picture
from paintreel.jobs.job import Progress
from paintreel.scene.layers import paint_layers
from paintreel.scene.options import SceneOptions
from paintreel.scene.parallax import drawn_margin_px
from paintreel.scenes.asked import Asked
from paintreel.scenes.from_category import DEFAULT_SIZE, draw_scene, paint_flat
from paintreel.scenes.methods import Method
from paintreel.worlds.categories import Category

if TYPE_CHECKING:
    from paintreel.media.video import VideoReport
    from paintreel.scene.shot import Shot

__all__ = ["SeedJob"]


@dataclass(eq=False)
class SeedJob:
    """One seed of a scene from words.

    dst          its picture, None where only a shot is asked for
    shot         the clip through its layers, None where none is
    layer_count  how many layers it has, None until it is drawn
    """

    options: SceneOptions
    asked: Asked
    method: Method
    seed: int
    dst: Path | None
    shot: Shot | None
    layer_count: int | None = None

    @property
    def outputs(self) -> tuple[Path, ...]:
        """All that it makes; of layers their index, which is written last."""
        picture = () if self.dst is None else (self.dst,)
        index = (self._layer_folder / INDEX_NAME,) if self.options.layers else ()
        return (*picture, *index, *(() if self.shot is None else (self.shot.dst,)))

    def make(self, progress: Progress) -> VideoReport | None:
        """Draw and paint it, and write what is asked for."""
        stack = self._drawn()
        self.layer_count = len(stack.layers)
        if self.dst is not None and progress.wants(self.dst):
            alone = stack.with_margin(self.options.margin_px)
            picture = paint_flat(alone, self._category, self.method, self.options.strength)
            write_picture(self.dst, Picture(picture), overwrite=progress.overwrite)
        if not self.options.layers and self.shot is None:
            return None
        steps = self.layer_count + (0 if self.shot is None else self.shot.count)
        on_layer = _counted(progress, steps)
        layers: Iterable[Layer] = paint_layers(
            stack, self._category, self.method, self.options.strength, on_layer=on_layer
        )
        if self.shot is not None:
            layers = tuple(layers)  # which are needed again; else one at a time is in memory
        if self.options.layers:
            self._write_layers(layers, stack.margin_px, progress)
        if self.shot is None:
            return None
        painted = LayerStack(tuple(layers), stack.margin_px)
        return self.shot.make(painted, progress, done=self.layer_count)

    @property
    def _category(self) -> Category:
        assert self.asked.category is not None  # which `ask` is given words for
        return self.asked.category

    @property
    def _layer_folder(self) -> Path:
        assert self.dst is not None  # layers lie beside a picture, which the options are asked for
        return self.dst.with_name(f"{self.dst.stem}-layers")

    def _drawn(self) -> LayerStack:
        """The layers by the rules, with the margin that is needed most."""
        conditions, margin_px = self.asked.conditions, self.options.margin_px
        if self.shot is not None:
            margin_px = drawn_margin_px(self.shot.margin_px, conditions)
        return draw_scene(
            self._category,
            seed=self.seed,
            size=self.options.size or DEFAULT_SIZE,
            margin_px=margin_px,
            max_pixels=self.options.max_pixels,
            conditions=conditions,
        )

    def _write_layers(
        self, layers: Iterable[Layer], margin_px: tuple[int, int], progress: Progress
    ) -> None:
        """Write layers with `margin_px` around them, with the margin that is asked for."""
        kept_px = margin_px if self.options.margin is None else self.options.margin_px
        write_layers(
            self._layer_folder,
            (replace(layer, rgba=trim(layer.rgba, margin_px, kept_px)) for layer in layers),
            category=self._category.name,
            seed=self.seed,
            margin_px=kept_px,
            move=None if self.shot is None else self.shot.move,
            conditions=self.asked.conditions.given,
            # Layers without their index are what an interrupted run has left.
            overwrite=progress.overwrite or progress.resumes,
        )


def _counted(progress: Progress, steps: int) -> Callable[[int, int], None]:
    """What is called after each layer, of a job of so many steps. It raises CancelledError."""

    def on_layer(done: int, _: int) -> None:
        if progress.cancel is not None and progress.cancel.is_set():
            raise CancelledError
        if progress.on_frame is not None:
            progress.on_frame(done, steps)

    return on_layer
