"""The page of a counted trial."""

from __future__ import annotations

import pytest

from paintreel.agree.options import AgreeOptions
from paintreel.agree.report import trial_report
from paintreel.agree.trial import count_ballots


@pytest.mark.parametrize("scale", [None, 10])
def test_the_page_of_a_trial(make_trial, read_page, scale):
    trial = make_trial(scale=scale, sets=("good", "<poor>"))

    def vote(sheet, _question):
        if scale is None:
            return ("left", "right")[sheet.shown.index("good")]
        return 9 if sheet.shown == ("good",) else 4

    words = {"words": lambda sheet, _: "muddy <b>sky</b>" if sheet.number == "001" else ""}
    ballots = [trial.ballot("anna", vote, **words), trial.ballot("ben", vote)]
    result = count_ballots(ballots, trial.key_file, AgreeOptions(resamples=100))
    html = trial_report(result, version="1")
    page = read_page(html)
    assert page.links == []
    assert page.tags.count("table") == (6 if scale is None else 4)
    assert "&lt;poor&gt;" in html
    assert "muddy &lt;b&gt;sky&lt;/b&gt;" in html
    assert ("good is preferred to" if scale is None else "good is rated higher than") in html
    assert "Fleiss" in html
