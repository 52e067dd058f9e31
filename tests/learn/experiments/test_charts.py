from __future__ import annotations

import re

from paintreel.learn.experiments.charts import COLOURS, grouped_bars
from paintreel.learn.experiments.statistics import Figure

GROUPS = {
    "forest": {"one": Figure(1.0, 0.1, 3), "two": Figure(2.0, None, 1)},
    "all": {"two": Figure(4.0, 0.5, 3)},
}


def bars(svg: str, colour: str) -> list[tuple[float, float]]:
    """(x, height) of the bars of a colour, without the legend's square."""
    found = re.findall(
        rf'<rect x="([\d.]+)" y="[\d.]+" width="6.0" height="([\d.]+)" fill="{colour}"', svg
    )
    return [(float(x), float(h)) for x, h in found]


def test_heights_are_in_proportion_and_gaps_are_left():
    svg = grouped_bars("Scores", GROUPS, series=["one", "two"]).svg("Scores")
    (one,), (two, four) = bars(svg, COLOURS[0]), bars(svg, COLOURS[1])
    assert abs(two[1] / one[1] - 2) < 0.01
    assert abs(four[1] / one[1] - 4) < 0.01
    assert one[0] < two[0] < four[0]


def test_png_is_the_same_drawing():
    drawing = grouped_bars("Scores", GROUPS, series=["one", "two"])
    png = drawing.png()
    assert png.shape == (round(drawing.height * 2), round(drawing.width * 2), 3)
    colour = [int(COLOURS[1][i : i + 2], 16) for i in (1, 3, 5)]
    count = (png == colour).all(axis=2).sum()
    svg = drawing.svg("x")
    area = sum(4 * 6 * h for _x, h in bars(svg, COLOURS[1])) + 400
    assert abs(count - area) < 0.2 * area


def test_text_is_escaped_and_fits():
    drawing = grouped_bars(
        "a < b " * 20, {"all": {"<one>": Figure(1.0, None, 1)}}, series=["<one>"]
    )
    assert "&lt;one&gt;" in drawing.svg("x")
    assert "<one>" not in drawing.svg("x")
    assert drawing.width > 700


def test_nothing_but_zeros():
    svg = grouped_bars("Zero", {"all": {"one": Figure(0.0, 0.0, 2)}}, series=["one"]).svg("Zero")
    assert bars(svg, COLOURS[0])[0][1] == 0
