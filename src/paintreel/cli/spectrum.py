"""`paintreel spectrum`: measure spectra of sets, print their distances, write chart and tables."""

from __future__ import annotations

from pathlib import Path

from paintreel import __version__
from paintreel.cli.answering import answer_files, spreading
from paintreel.cli.exit_codes import planning
from paintreel.cli.files import exit_code
from paintreel.cli.terminal import show
from paintreel.spectrum.options import SpectrumOptions


def run(options: SpectrumOptions) -> int:
    """Measure, print, write. Returns the exit code."""
    from paintreel.jobs.reports import STANDARD_OUTPUT, write_json
    from paintreel.spectrum.batch import plan_spectrum
    from paintreel.spectrum.tables import set_line, spectrum_facts, write_spectrum_table

    with planning():
        asked = plan_spectrum(options)
    with spreading("spectrum", options, options.ray, asked) as spread:
        outcomes = answer_files(asked, quiet=options.quiet, spread=spread)
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
