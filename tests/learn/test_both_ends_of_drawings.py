"""What training shows the networks of lines and of colour is what the verbs show them."""

from __future__ import annotations

import numpy as np
import pytest

from paintreel.colorize.network import ColourNetwork
from paintreel.learn.export.drawing_export import contract_facts, export_drawing
from paintreel.learn.models.drawing_networks import OURS, make_generator
from paintreel.learn.models.drawing_tasks import COLORIZE, LINEART
from paintreel.lineart.drawer import LineDrawer, LineLook
from paintreel.roughs.drawing_planes import (
    colorize_planes,
    condition_of,
    lineart_planes,
    noise_of,
    palette_of,
)
from paintreel.roughs.labels import one_hot
from paintreel.runtime.card import CARD_NAME, Card
from paintreel.runtime.contract import Contract


@pytest.fixture
def export(tmp_path):
    """A function that writes a tiny network of a task with its card, as training does."""

    def export(task):
        network = make_generator(OURS, task, "tiny")
        facts = contract_facts(network)
        contract = Contract(name="own", system=OURS, licence="CC0-1.0", credit="", **facts)
        path = tmp_path / "model.onnx"
        export_drawing(network, path, contract)
        Card.describe(path, description="", training={}).save(tmp_path / CARD_NAME)
        return path

    return export


def asked_of(model, monkeypatch):
    """What the model is run with from now on."""
    asked = []
    run = model.run
    monkeypatch.setattr(model, "run", lambda tensors: asked.append(tensors) or run(tensors))
    return asked


def test_lines(export, monkeypatch):
    drawer = LineDrawer(export(LINEART))
    asked = asked_of(drawer.model, monkeypatch)
    picture = np.random.default_rng(0).integers(0, 256, (96, 128, 3), np.uint8)
    drawer.draw(picture, LineLook(weight=0.25, detail=0.75, clean=True, gap_px=0))
    wanted = lineart_planes(picture.astype(np.float32) / 255, 0.25, 0.75, clean=True)
    np.testing.assert_allclose(asked[0][LINEART.inputs[0]][0], wanted, atol=1e-6)


def test_colours(export, monkeypatch):
    network = ColourNetwork(export(COLORIZE))
    asked = asked_of(network.model, monkeypatch)
    chance = np.random.default_rng(0)
    lines = chance.integers(0, 256, (96, 128), np.uint8)
    hints = np.zeros((96, 128, 4), np.uint8)
    hints[10:20, 30:50] = (200, 90, 10, 255)
    hints[60:64, 70:74] = (0, 80, 255, 255)
    palette = palette_of(chance.integers(0, 256, (40, 40, 3), np.uint8))
    network.paint(lines, hints, palette=palette, label="water", seed=5)
    image, condition, noise = (asked[0][name] for name in COLORIZE.inputs)
    wanted = colorize_planes(*(x.astype(np.float32) / 255 for x in (lines, hints)))
    np.testing.assert_allclose(image[0], wanted, atol=1e-6)
    np.testing.assert_array_equal(
        condition, condition_of(palette, one_hot("water", COLORIZE.labels))
    )
    np.testing.assert_array_equal(noise, noise_of(5, network.model.contract.code_size))
