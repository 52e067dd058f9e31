"""`benchmarks/report.py`: what is printed is what is kept."""

from __future__ import annotations

import argparse

import pytest


@pytest.mark.parametrize(("quick", "name"), [(False, "speed.md"), (True, "speed-quick.md")])
def test_report_is_printed_and_saved(bench, tmp_path, monkeypatch, capsys, quick, name):
    module = bench("report")
    monkeypatch.setattr(module, "RESULTS", tmp_path / "results")
    report = module.Report("speed", "Speed of it", quick=quick)
    report.table("Table", ("what", "ms"), [("conv", 12), ("a longer name", 3)])
    path = report.save()
    assert path == tmp_path / "results" / name
    text = path.read_text("utf-8")
    assert text.strip() == capsys.readouterr().out.strip()
    assert text.startswith("# Speed of it\n")
    assert ("too small" in text) == quick
    assert "| a longer name |  3 |" in text
    for word in ("machine: ", "load before the run: ", "numpy ", "commit: "):
        assert word in text


def test_table_without_rows_keeps_its_head(bench):
    assert bench("report").markdown_table(("a", "b"), []) == "| a  |  b |\n| -- | -: |"
    with pytest.raises(ValueError, match="zip"):
        bench("report").markdown_table(("a", "b"), [("only one",)])


def test_options_and_verdicts(bench):
    module = bench("report")
    args = module.common_options(argparse.ArgumentParser()).parse_args(["--quick"])
    assert (args.quick, args.save) == (True, False)
    assert [module.verdict(reached) for reached in (True, False)] == ["reached", "not reached"]


def test_busy_machine_is_called_so(bench, monkeypatch):
    module = bench("report")
    for load, busy in ((0.0, False), (1000.0, True)):
        monkeypatch.setattr(module.os, "getloadavg", lambda load=load: (load, 0, 0), raising=False)
        assert any("busy" in line for line in module.circumstances()) == busy
