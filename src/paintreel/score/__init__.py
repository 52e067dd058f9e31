"""Score pictures and clips, compare systems, and report both: `paintreel score`, `compare`.

pairing.py    which file is compared with which, and what each is grouped under
measures.py   the table of measures: name, scope, direction, need of a reference
frames.py     two clips read in step, aligned by time
evaluate.py   the measures of one file or pair of files
sets.py       the measures of whole sets: distributions of features and spectra
runner.py     the run over many files, parallel and with bounded memory
summary.py    mean, sd, n and interval of every measure
compare.py    paired tests and ranks of several systems
results.py    results as JSON and as text
report.py     the self-contained HTML report; page.py and charts.py are its parts
"""

from __future__ import annotations
