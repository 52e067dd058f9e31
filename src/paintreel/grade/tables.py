"""The colour part of a grade as files that grading rooms read: a LUT, and a CDL near to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from paintreel.errors import InputError, OutputError
from paintreel.notes import Note
from paintreel.pictures.cdl import CDL_SUFFIXES, fitted_cdl, write_cdl
from paintreel.pictures.colour_lut import ColourLUT
from paintreel.pictures.lut_files import CUBE_SUFFIX, write_cube

__all__ = ["Tables"]

_SAID = "Light and haze are not in it: the colour part of the grade alone"


@dataclass(frozen=True, slots=True)
class Tables:
    """Where the tables of a call go, None for those that are not asked for.

    Raises InputError for a suffix that is not theirs.
    """

    lut: Path | None
    cdl: Path | None

    def __post_init__(self) -> None:
        if self.lut is not None and self.lut.suffix.lower() != CUBE_SUFFIX:
            raise InputError(f"--lut {self.lut} is written as {CUBE_SUFFIX}, give it that suffix")
        if self.cdl is not None and self.cdl.suffix.lower() not in CDL_SUFFIXES:
            known = ", ".join(CDL_SUFFIXES)
            raise InputError(f"--cdl {self.cdl} is written as {known}, give it one of these")

    @property
    def files(self) -> tuple[Path, ...]:
        """Those that are asked for."""
        return tuple(path for path in (self.lut, self.cdl) if path is not None)

    def check_free(self, *, overwrite: bool) -> None:
        """Raise OutputError for files that are there and not to be replaced."""
        for path in self.files:
            if path.exists() and not overwrite:
                raise OutputError(f"{path} exists already; give --overwrite to replace it")

    def write(self, lut: ColourLUT, *, overwrite: bool) -> tuple[Note, ...]:
        """Write one grade. Raises OutputError."""
        notes = []
        if self.lut is not None:
            write_cube(self.lut, lut, comments=[_SAID], overwrite=overwrite)
        if self.cdl is not None:
            cdl, off = fitted_cdl(lut)
            said = f"Fitted to a LUT, off by {255 * off:.1f} of 255 (root mean square)"
            name = self.cdl.stem
            write_cdl(self.cdl, cdl, name=name, comments=[_SAID, said], overwrite=overwrite)
            text = f"{self.cdl} is off by {255 * off:.1f} of 255 (root mean square): ten numbers"
            notes.append(Note("cdl-fitted", f"{text} hold no more of the grade"))
        if self.files:
            text = "light and haze are not in the tables, which hold the colour part alone"
            notes.append(Note("tables-hold-colour", text))
        return tuple(notes)

    def write_shots(
        self, luts: Sequence[tuple[float, ColourLUT]], *, overwrite: bool
    ) -> tuple[Note, ...]:
        """Write those of the shots of a clip, (start in seconds, LUT): numbered where there are
        several."""
        if not luts:
            return (Note("no-tables", "nothing is felt in the clip: no table was written"),)
        if len(luts) == 1:
            return self.write(luts[0][1], overwrite=overwrite)
        notes: list[Note] = []
        for number, (_, lut) in enumerate(luts, start=1):
            notes += self.numbered(number).write(lut, overwrite=overwrite)
        names = " and ".join(
            f"{path.stem}-0001{path.suffix} to {path.stem}-{len(luts):04d}{path.suffix}"
            for path in self.files
        )
        starts = ", ".join(f"{start_s:.2f}" for start_s, _ in luts[:6])
        more = " ..." if len(luts) > 6 else ""
        text = f"a table a shot: {names}, from {starts}{more} s on"
        kept = [note for note in dict.fromkeys(notes) if note.kind != "cdl-fitted"]
        return (*kept, Note("tables-a-shot", text, len(luts)))

    def numbered(self, number: int) -> Tables:
        """Those of a shot."""
        paths = [
            None if path is None else path.with_name(f"{path.stem}-{number:04d}{path.suffix}")
            for path in (self.lut, self.cdl)
        ]
        return Tables(*paths)
