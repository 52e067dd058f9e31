"""What one call of `spectrum` measures: every file of every set once, then the sets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from paintreel.errors import InputError
from paintreel.jobs.find import Kind
from paintreel.jobs.job import Job, Progress, Report
from paintreel.jobs.place import check_picture_suffix, list_inputs
from paintreel.jobs.reports import check_apart, check_report
from paintreel.jobs.run import Batch
from paintreel.notes import Note
from paintreel.pictures.contact_sheet import is_sheet
from paintreel.spectrum.measured import FileSpectrum, SetSpectrum, measure_file, spectrum_of_set
from paintreel.spectrum.options import SpectrumOptions
from paintreel.spectrum.tables import is_spectrum_table

__all__ = ["MeasuredSets", "plan_spectrum", "set_names"]


@dataclass(frozen=True, slots=True)
class MeasuredSets:
    """The run, and the spectra that it gathers.

    batch  its jobs, one a file however many sets it is in
    sets   {name: its files}, in the order of the call
    answers  of the files that could be measured, filled as the jobs are done
    threads  of a network, which has none here
    """

    batch: Batch
    sets: dict[str, tuple[Path, ...]]
    answers: dict[Path, FileSpectrum] = field(default_factory=dict)
    threads: int = 1

    def spectra(self) -> list[SetSpectrum]:
        """Of the sets of which anything was measured."""
        measured = {
            name: [self.answers[path] for path in files if path in self.answers]
            for name, files in self.sets.items()
        }
        return [spectrum_of_set(name, files) for name, files in measured.items() if files]


def plan_spectrum(options: SpectrumOptions) -> MeasuredSets:
    """What a call measures. Raises InputError and OutputError before anything is read."""
    notes: list[Note] = []
    kinds: dict[Path, Kind] = {}
    sets: dict[str, tuple[Path, ...]] = {}
    for name, given in zip(set_names(options.inputs), options.inputs, strict=True):
        files = [each for each in list_inputs([given], notes=notes) if not _is_it(each[0], options)]
        if not files:
            raise InputError(f"{given} holds nothing but the chart {options.output}")
        kinds |= dict(files)
        sets[name] = tuple(path for path, _ in files)
    _check_results(options, list(kinds))

    def measurer(path: Path, kind: Kind) -> Callable[[Progress], Report]:
        def measure(progress: Progress) -> Report:
            spectrum = measure_file(
                path,
                kind,
                bins=options.bins,
                every_s=options.every_s,
                max_pixels=options.max_pixels,
                on_progress=progress.on_frame,
                cancel=progress.cancel,
            )
            return Report(spectrum.notes, spectrum)

        return measure

    jobs = tuple(Job(str(path), (), measurer(path, kind), kind) for path, kind in kinds.items())
    batch = Batch(jobs, workers=options.workers, verb_done="measured", notes=tuple(notes))
    return MeasuredSets(batch, sets)


def set_names(inputs: Sequence[str]) -> list[str]:
    """What the sets are called: by their last name, or as they were given where two share it.

    >>> set_names(["a/photos", "b/painted/"]), set_names(["a/x.png", "b/x.png"])
    (['photos', 'painted'], ['a/x.png', 'b/x.png'])
    """
    short = [Path(given).name or given for given in inputs]
    if len(set(short)) == len(short):
        return short
    if len(set(inputs)) == len(inputs):
        return list(inputs)
    raise InputError(f"one set is given twice: {' '.join(inputs)}")


def _check_results(options: SpectrumOptions, files: Sequence[Path]) -> None:
    check_apart([options.output, options.csv, options.json])
    check_report(options.json, files, is_printed=True)
    check_report(options.csv, files, what="table", is_ours=is_spectrum_table, is_printed=True)
    if options.output is not None:
        check_picture_suffix(Path(options.output))
        check_report(options.output, files, what="chart", is_ours=is_sheet)


def _is_it(path: Path, options: SpectrumOptions) -> bool:
    """Whether an input is the chart of an earlier run, in the folder that it is of."""
    try:
        return options.output is not None and path.samefile(options.output) and is_sheet(path)
    except OSError:
        return False
