"""Counting ballots: votes that are planted come back, and ballots that do not fit are refused."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from scipy import stats

from paintreel.agree.agree import agree
from paintreel.agree.options import AgreeOptions
from paintreel.agree.results import trial_lines
from paintreel.agree.trial import count_ballots
from paintreel.errors import InputError, UnreadableFile
from paintreel.stats import fleiss_kappa, holm

QUICK = AgreeOptions(resamples=300)


def for_set(name: str):
    """Votes for a set, wherever it is."""
    return lambda sheet, _question: ("left", "right")[sheet.shown.index(name)]


def always(answer: str):
    return lambda _sheet, _question: answer


def test_a_set_that_is_always_voted_for_wins_wherever_it_stands(make_trial):
    trial = make_trial()
    ballots = [trial.ballot(name, for_set("good")) for name in ("anna", "ben", "cleo")]
    result = count_ballots(ballots, trial.key_file, QUICK)
    assert result.raters == ("anna", "ben", "cleo")
    for question in result.questions:
        [share] = question.shares
        assert (share.share, share.winner) == (1.0, "good")
        assert share.ci95 == pytest.approx((0.025 ** (1 / 8), 1.0))
        assert (share.first_votes, share.second_votes, share.ties) == (24, 0, 0)
        assert (share.first_pictures, share.second_pictures) == (8, 0)
        assert share.p_value == pytest.approx(2 / 2**8)
        assert share.p_holm == pytest.approx(2 * share.p_value)
        assert question.strengths["good"].value == pytest.approx(math.log(24.5 / 0.5) / 2)
        assert question.strengths["good"].ci95 is None
        assert question.agreement.kappa == question.agreement.unanimous == 1.0
        assert [(each.left, each.right) for each in question.leanings] == [(4, 4)] * 3


def test_who_always_takes_one_side_says_nothing_and_is_pointed_at(make_trial):
    trial = make_trial(pictures=20, questions=("overall",))
    ballots = [trial.ballot("lefty", always("left")), trial.ballot("ben", for_set("poor"))]
    result = count_ballots(ballots, trial.key_file, QUICK)
    [question] = result.questions
    [share] = question.shares
    assert share.share == pytest.approx(0.25)  # half of lefty's, none of ben's
    lefty, ben = question.leanings
    assert (lefty.left, lefty.right) == (20, 0)
    assert lefty.p_value == pytest.approx(stats.binomtest(20, 20).pvalue)
    assert ben.p_value == 1.0
    text = "\n".join(trial_lines(result))
    assert "poor is preferred to good" in text
    line = next(line for line in text.splitlines() if line.strip().startswith("lefty"))
    assert line.split()[-1] == "left"


def test_shares_tests_and_agreement_are_those_of_the_votes(make_trial):
    """Against figures made the long way round, with ties."""
    trial = make_trial(pictures=9)
    rng = np.random.default_rng(4)
    cast = {
        (rater, question): rng.choice(["left", "right", "tie"], 9, p=[0.5, 0.3, 0.2])
        for rater in ("anna", "ben", "cleo")
        for question in trial.key.questions
    }
    at = {sheet.number: place for place, sheet in enumerate(trial.key.sheets)}
    ballots = [
        trial.ballot(rater, lambda sheet, q, r=rater: cast[r, q][at[sheet.number]])
        for rater in ("anna", "ben", "cleo")
    ]
    result = count_ballots(ballots, trial.key_file, QUICK)
    p_values = []
    for question in result.questions:
        votes = np.array([cast[rater, question.name] for rater in result.raters]).T
        score = {"left": 1.0, "right": 0.0, "tie": 0.5}
        column = []
        for sheet, row in zip(trial.key.sheets, votes, strict=True):
            left = np.mean([score[vote] for vote in row])
            column.append(left if sheet.shown[0] == "good" else 1 - left)
        [share] = question.shares
        assert share.share == pytest.approx(np.mean(column))
        assert share.ci95[0] <= share.share <= share.ci95[1]
        assert share.ties == np.count_nonzero(votes == "tie")
        assert share.first_votes + share.second_votes + share.ties == votes.size
        p_values.append(share.p_value)
        counts = [[np.count_nonzero(row == vote) for vote in score] for row in votes]
        assert question.agreement.kappa == pytest.approx(fleiss_kappa(counts))
        unanimous = np.mean([len(set(row)) == 1 for row in votes.tolist()])
        assert question.agreement.unanimous == pytest.approx(unanimous)
        pairs = [(0, 1), (0, 2), (1, 2)]
        alike = np.mean([[row[i] == row[j] for i, j in pairs] for row in votes])
        assert question.agreement.agreeing == pytest.approx(alike)
        low, high = question.agreement.ci95
        assert low <= question.agreement.kappa <= high
    adjusted = [question.shares[0].p_holm for question in result.questions]
    assert adjusted == pytest.approx(holm(p_values).tolist())
    again = count_ballots(ballots, trial.key_file, QUICK)
    assert json.dumps(again.as_dict()) == json.dumps(result.as_dict())


def test_three_sets_are_ordered_by_their_strengths(make_trial):
    order = ("best", "fair", "poor")
    trial = make_trial(sets=("fair", "poor", "best"), questions=("overall",))

    def vote(sheet, _question):
        if int(sheet.picture[1:]) == 0:  # one picture the other way round
            return ("left", "right")[sheet.shown.index(max(sheet.shown, key=order.index))]
        return ("left", "right")[sheet.shown.index(min(sheet.shown, key=order.index))]

    ballots = [trial.ballot("anna", vote), trial.ballot("ben", vote)]
    [question] = count_ballots(ballots, trial.key_file, QUICK).questions
    strengths = {name: each.value for name, each in question.strengths.items()}
    assert sorted(strengths, key=strengths.get, reverse=True) == list(order)
    assert sum(strengths.values()) == pytest.approx(0, abs=1e-9)
    assert question.strengths["fair"].ci95 is None  # it loses to one what it wins of the other
    for name in ("best", "poor"):
        each = question.strengths[name]
        assert each.ci95[0] <= each.value <= each.ci95[1]
    shares = {(s.first, s.second): s.share for s in question.shares}
    assert shares == {
        ("fair", "poor"): pytest.approx(7 / 8),
        ("fair", "best"): pytest.approx(1 / 8),
        ("poor", "best"): pytest.approx(1 / 8),
    }


def test_words_stand_under_the_set_that_lost(make_trial):
    trial = make_trial(pictures=3, questions=("overall",))
    words = {"p00": "smeared, with haloes", "p01": "", "p02": "cannot tell"}

    def vote(sheet, question):
        return "tie" if sheet.picture == "p02" else for_set("good")(sheet, question)

    ballot = trial.ballot("anna", vote, lambda sheet, _: words[sheet.picture])
    result = count_ballots([ballot], trial.key_file, QUICK)
    assert [(r.of, r.picture, r.words) for r in result.remarks] == [
        ("poor", "p00", "smeared, with haloes"),
        ("", "p02", "cannot tell"),
    ]
    text = "\n".join(trial_lines(result))
    assert "words where poor lost (overall)" in text
    assert "words on ties" in text
    assert {note.kind for note in result.notes} == {"one-rater", "few-pictures"}
    assert result.questions[0].agreement is None


def test_ratings_give_means_tests_and_ordinal_agreement(make_trial):
    trial = make_trial(scale=10, pictures=6, questions=("overall",))
    rng = np.random.default_rng(0)
    given = {
        (rater, sheet.number): int(rng.integers(6, 10) - 4 * (sheet.shown == ("poor",)))
        for rater in ("anna", "ben")
        for sheet in trial.key.sheets
    }
    ballots = [
        trial.ballot(rater, lambda sheet, _, r=rater: given[r, sheet.number])
        for rater in ("anna", "ben")
    ]
    result = count_ballots(ballots, trial.key_file, QUICK)
    [question] = result.questions
    columns = {
        name: [
            np.mean([given[r, s.number] for r in ("anna", "ben")])
            for s in sorted(trial.key.sheets, key=lambda s: s.picture)
            if s.shown == (name,)
        ]
        for name in ("good", "poor")
    }
    assert question.means["good"].mean == pytest.approx(np.mean(columns["good"]))
    assert question.means["good"].n == 6
    [contrast] = question.contrasts
    expected = stats.ttest_rel(columns["good"], columns["poor"])
    assert (contrast.t, contrast.p_value) == pytest.approx((expected.statistic, expected.pvalue))
    assert contrast.winner == "good"
    assert set(question.agreement.alpha) == {"nominal", "ordinal", "interval"}
    assert question.agreement.icc
    low, high = question.agreement.kappa_interval
    assert low <= question.agreement.kappa <= high
    mean = np.mean([given["anna", s.number] for s in trial.key.sheets])
    assert question.raters["anna"] == pytest.approx(mean)
    assert "good is rated higher than poor" in "\n".join(trial_lines(result))


def test_one_set_may_be_rated_alone(make_trial):
    trial = make_trial(sets=("only",), scale=5, questions=("overall",))
    ballot = trial.ballot("anna", always("4"))
    result = count_ballots([ballot], trial.key_file, QUICK)
    assert result.questions[0].means["only"].mean == 4
    assert "only has 4" in "\n".join(trial_lines(result))


def test_one_picture_is_not_tested(make_trial):
    trial = make_trial(pictures=1)
    ballots = [trial.ballot(name, for_set("good")) for name in ("anna", "ben")]
    result = count_ballots(ballots, trial.key_file, QUICK)
    [share] = result.questions[0].shares
    assert (share.p_value, share.ci95, share.winner) == (None, None, None)
    assert "one-picture" in {note.kind for note in result.notes}
    assert "no test" in "\n".join(trial_lines(result))


def test_what_spreadsheets_and_people_write_is_read(make_trial):
    """001 becomes 1 or 001.png, votes are shouted, 7 becomes 7.0, and semicolons part the cells."""
    trial = make_trial(pictures=4, questions=("overall",))
    plain = trial.ballot("anna", for_set("good"))

    def other(rows):
        for row in rows:
            row["sheet"] = f"{int(row['sheet'])}" if row["sheet"] > "002" else f"{row['sheet']}.png"
            row["overall"] = row["overall"].upper()
        return rows[::-1]

    shouted = trial.ballot("ben", for_set("good"), rows=other)
    shouted.write_text(shouted.read_text().replace(",", ";"), "utf-8-sig")
    result = count_ballots([plain, shouted], trial.key_file, QUICK)
    assert result.questions[0].agreement.unanimous == 1.0
    rated = make_trial(scale=10, pictures=2, questions=("overall",))
    ballot = rated.ballot("anna", always("7.0"))
    assert count_ballots([ballot], rated.key_file, QUICK).questions[0].means["good"].mean == 7


def test_one_file_may_hold_all_raters(make_trial):
    trial = make_trial(pictures=2, questions=("overall",))
    columns = ["sheet", "rater", "overall", "trial"]

    def both(rows):
        return [row | {"rater": rater} for rater in ("anna", "ben") for row in rows]

    ballot = trial.ballot("all", for_set("good"), rows=both, columns=columns)
    result = count_ballots([ballot], trial.key_file, QUICK)
    assert result.raters == ("anna", "ben")
    own = trial.ballot("anna", for_set("good"))
    with pytest.raises(InputError, match="anna has another ballot"):
        count_ballots([ballot, own], trial.key_file, QUICK)


def change(*changes):
    """Rows with cells changed: (row from 0, column, text)."""

    def rows(rows):
        for at, column, text in changes:
            rows[at][column] = text
        return rows

    return rows


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (change((0, "overall", ""), (1, "overall", " ")), "rows 2, 3: no answer to overall"),
        (change((2, "overall", ""), (2, "clean", "")), "row 4: no answer to overall, clean"),
        (change((1, "clean", "lft")), "row 3: 'lft' is no answer, expected left, right or tie"),
        (change((3, "sheet", "099")), "row 5: sheet 099 is not of this trial.*no row of sheet 004"),
        (change((3, "sheet", "")), r"row 5: sheet \(none\) is not"),
        (change((3, "sheet", "001")), r"sheet 001 has 2 rows \(2, 5\).*no row of sheet 004"),
        (change((0, "trial", "abc")), "row 2: of trial abc, not "),
        (lambda rows: rows[:1], "no row of sheets 002, 003, 004"),
        (lambda rows: rows + rows, r"sheet 001 has 2 rows \(2, 6\)"),
    ],
)
def test_ballots_that_do_not_fit_are_refused_with_their_rows(make_trial, rows, message):
    trial = make_trial(pictures=4)
    ballot = trial.ballot("anna", for_set("good"), rows=rows)
    good = trial.ballot("ben", for_set("good"))
    with pytest.raises(InputError, match=message):
        count_ballots([good, ballot], trial.key_file, QUICK)


def test_all_faults_of_all_ballots_are_said_at_once(make_trial):
    trial = make_trial(pictures=4)
    ballots = [
        trial.ballot("anna", for_set("good"), rows=change((0, "overall", ""))),
        trial.ballot("ben", for_set("good"), columns=["sheet", "overall"]),
    ]
    with pytest.raises(InputError, match=r"anna\.csv, row 2: no answer.*ben\.csv has no column cl"):
        count_ballots(ballots, trial.key_file, QUICK)


@pytest.mark.parametrize("answer", ["0", "11", "5.5", "left", "-3"])
def test_ratings_are_whole_numbers_of_the_scale(make_trial, answer):
    trial = make_trial(scale=10, pictures=2)
    ballot = trial.ballot("anna", always(answer))
    with pytest.raises(InputError, match="expected a whole number from 1 to 10"):
        count_ballots([ballot], trial.key_file, QUICK)


def test_a_ballot_of_another_trial_is_refused(make_trial):
    first = make_trial(seed=1)
    ballot = first.ballot("anna", for_set("good"))
    second = make_trial(seed=2)
    with pytest.raises(InputError, match=f"of trial {first.key.trial}, not {second.key.trial}"):
        count_ballots([ballot], second.key_file, QUICK)


def test_what_cannot_be_checked_is_said(make_trial):
    trial = make_trial(pictures=4, questions=("overall",))
    silent = trial.ballot("anna", for_set("good"), columns=["sheet", "overall", "mood"])
    first = trial.ballot("ben", for_set("good"), lambda sheet, _: sheet.picture)
    copy = trial.ballot("cleo", for_set("good"), lambda sheet, _: sheet.picture)
    (trial.folder / "002.png").write_bytes(b"another picture")
    result = count_ballots([silent, first, copy], trial.key_file, QUICK)
    texts = {note.kind: note.text for note in result.notes}
    assert "no column 'trial'" in texts["trial-not-stated"]
    assert "mood is of no question" in texts["other-columns"]
    assert "cleo has voted and written as ben" in texts["same-ballots"]
    assert "sheet 002" in texts["sheets-changed"]


def test_what_is_asked_must_fit(make_trial):
    trial = make_trial()
    ballot = trial.ballot("anna", for_set("good"))
    with pytest.raises(InputError, match="given twice"):
        count_ballots([ballot, ballot], trial.key_file, QUICK)
    with pytest.raises(InputError, match="are of tables of ratings"):
        count_ballots([ballot], trial.key_file, AgreeOptions(item="sheet"))
    with pytest.raises(InputError, match="resamples"):
        count_ballots([ballot], trial.key_file, AgreeOptions(resamples=0))
    with pytest.raises(UnreadableFile, match="no JSON"):
        count_ballots([ballot], ballot, QUICK)
    with pytest.raises(InputError, match="give the key of the trial too"):
        agree(ballot)
    facts = trial.key.as_dict()
    facts["sheets"][0]["sha256"] = ""
    trial.key_file.write_text(json.dumps(facts))
    with pytest.raises(InputError, match="not written to its end"):
        count_ballots([ballot], trial.key_file, QUICK)
