"""One picture of a character: painted, and beside it its lines, flats and layers."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import CancelledError
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from paintreel.character.acted import before
from paintreel.character.asked import still_pose
from paintreel.character.model_sheet import DEFAULT_SHEET_SIZE, draw_model_sheet
from paintreel.character.options import CharacterOptions
from paintreel.character.painting import DrawingPainter
from paintreel.drawing.openraster import boxed, write_openraster
from paintreel.imaging.arrays import Array
from paintreel.imaging.files import Picture, write_picture
from paintreel.imaging.formats import PICTURE_FORMATS
from paintreel.jobs.job import Progress, Report
from paintreel.notes import Note
from paintreel.pictures.paper import on_white
from paintreel.rig.figure import SHEETS, CharacterDrawing, draw_character
from paintreel.rig.identity import Identity

__all__ = ["DEFAULT_SIZE", "StillJob"]

DEFAULT_SIZE = (1024, 1024)


@dataclass(frozen=True, eq=False)
class StillJob:
    """One picture of an identity.

    dst      the picture; an .ora file holds the layers alone
    painter  paints it in a style, None: it stays as it is drawn
    """

    options: CharacterOptions
    identity: Identity
    dst: Path
    painter: DrawingPainter | None

    @property
    def outputs(self) -> tuple[Path, ...]:
        """All that is written."""
        return (self.dst, *self._beside().values())

    def _beside(self) -> Mapping[str, Path]:
        """{what: its file} of what is written beside the picture."""
        options, stem = self.options, self.dst.stem
        files = {}
        if options.lines:
            files["lines"] = self.dst.with_name(f"{stem}-lines.png")
        if options.flats:
            files["flats"] = self.dst.with_name(f"{stem}-flats.png")
        if options.layers:
            folder = self.dst.with_name(f"{stem}-layers")
            files |= {
                f"layer {name}": folder / f"{i:02d}-{name}.png" for i, name in enumerate(SHEETS)
            }
            if self.dst.suffix.lower() != ".ora":
                files["layers"] = self.dst.with_suffix(".ora")
        return files

    def make(self, progress: Progress) -> Report:
        """Draw it and write what is asked for."""
        if self.options.sheet:
            return self._make_sheet(progress)
        notes: list[Note] = []
        files = self._beside()
        is_layered = self.dst.suffix.lower() == ".ora"
        if progress.wants(self.dst):
            if is_layered:
                self._write_layers(self.dst, progress)
            else:
                picture = self._drawn().rgba
                if self.options.background is not None:
                    picture, told = before(picture, self.options.background)
                    notes += told
                picture = self._painted(picture)
                notes += self._write(self.dst, picture, progress)
        for what in ("lines", "flats"):
            if what in files and progress.wants(files[what]):
                rgba = self._drawn(mode=what).rgba
                # Line art lies on paper, as colorize reads it.
                notes += self._write(
                    files[what], on_white(rgba) if what == "lines" else rgba, progress
                )
        layers = [
            what for what in files if what.startswith("layer ") and progress.wants(files[what])
        ]
        if layers:
            drawing = self._drawn(apart=True)
            for layer in drawing.layers:
                if f"layer {layer.name}" in layers:
                    notes += self._write(
                        files[f"layer {layer.name}"], self._painted(layer.rgba), progress
                    )
        if "layers" in files and progress.wants(files["layers"]):
            self._write_layers(files["layers"], progress)
        return Report(tuple(notes))

    def _drawn(self, *, mode: str = "painted", apart: bool = False) -> CharacterDrawing:
        options = self.options
        pose = still_pose(
            options.emotion,
            options.intensity,
            turn_deg=options.turn,
            nod_deg=options.nod,
            tilt_deg=options.tilt,
            mouth=options.mouth,
        )
        return draw_character(
            self.identity,
            pose,
            options.size or DEFAULT_SIZE,
            framing=options.framing,
            mode=mode,  # type: ignore[arg-type]
            apart=apart,
        )

    def _painted(self, rgba: Array) -> Array:
        return rgba if self.painter is None else self.painter.paint(rgba)

    def _write(self, path: Path, pixels: Array, progress: Progress) -> tuple[Note, ...]:
        told: list[Note] = []
        if pixels.shape[2] == 4 and not _holds_alpha(path):
            pixels = on_white(pixels)
            text = f"{path.suffix} holds no transparency: the character stands on white"
            told.append(Note("ground-white", text))
        return (*told, *write_picture(path, Picture(pixels), overwrite=progress.overwrite))

    def _write_layers(self, path: Path, progress: Progress) -> None:
        """All layers as one OpenRaster file, each as large as what is on it."""
        drawing = self._drawn(apart=True)
        layers = []
        for layer in drawing.layers:
            part, at = boxed(self._painted(layer.rgba))
            layers.append(type(layer)(layer.name, np.ascontiguousarray(part), at=at))
        write_openraster(path, layers, self._painted(drawing.rgba), overwrite=progress.overwrite)

    def _make_sheet(self, progress: Progress) -> Report:
        def on_cell(done: int, count: int) -> None:
            if progress.cancel is not None and progress.cancel.is_set():
                raise CancelledError
            if progress.on_frame is not None:
                progress.on_frame(done, count)

        page = draw_model_sheet(
            self.identity,
            self.options.size or DEFAULT_SHEET_SIZE,
            paint=None if self.painter is None else self.painter.paint,
            on_cell=on_cell,
        )
        return Report(write_picture(self.dst, Picture(page), overwrite=progress.overwrite))


def _holds_alpha(path: Path) -> bool:
    suffix = path.suffix.lower()
    return any(suffix in one.suffixes and one.alpha for one in PICTURE_FORMATS.values())
