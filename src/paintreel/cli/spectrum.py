"""`paintreel spectrum`: measure spectra of sets, print their distances, write chart and tables."""

from __future__ import annotations

from pathlib import Path

from paintreel import __version__
from paintreel.cli.exit_codes import planning
from paintreel.cli.files import exit_code
from paintreel.cli.progress import ProgressBars
from paintreel.cli.terminal import say, show
from paintreel.jobs.run import Batch, Outcome
from paintreel.spectrum.options import SpectrumOptions


def run(options: SpectrumOptions) -> int:
    """Measure, print, write. Returns the exit code."""
    from paintreel.jobs.reports import STANDARD_OUTPUT, write_json
    from paintreel.spectrum.batch import plan_spectrum
    from paintreel.spectrum.tables import set_line, spectrum_facts, write_spectrum_table

    with planning():
        asked = plan_spectrum(options)
    outcomes = _measure(asked.batch, quiet=options.quiet)
    spectra = asked.spectra()
    if spectra and options.output is not None:
        from paintreel.pictures.contact_sheet import write_sheet
        from paintreel.spectrum.plot import draw_spectra

        write_sheet(Path(options.output), draw_spectra(spectra))
    if spectra and options.csv is not None:
        write_spectrum_table(options.csv, spectra)
    if options.json is not None:
        notes = asked.batch.notes
        write_json(
            options.json, spectrum_facts(outcomes, spectra, version=__version__, notes=notes)
        )
    if not options.quiet and STANDARD_OUTPUT not in (options.json, options.csv):
        show(*(set_line(one, spectra[0]) for one in spectra))
    return exit_code(outcomes, strict=False)


def _measure(batch: Batch, *, quiet: bool) -> list[Outcome]:
    from paintreel.jobs.run import reason, run_batch

    for note in batch.notes:
        if note.loss or not quiet:
            say(f"note: {note.text}")
    with ProgressBars(len(batch.jobs), shown=not quiet) as progress:

        def finished(outcome: Outcome) -> None:
            progress.file()
            name = outcome.job.name
            if outcome.error is not None:
                text = reason(outcome.error)
                progress.say(f"failed: {text}" if name in text else f"failed: {name}: {text}")
            for note in outcome.notes:
                if note.loss or not quiet:
                    progress.say(f"note: {name}: {note.text}")

        return list(run_batch(batch, on_outcome=finished, on_frame=progress.frame))
