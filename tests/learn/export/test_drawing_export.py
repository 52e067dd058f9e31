from __future__ import annotations

import numpy as np
import onnxruntime
import pytest
import torch

from paintreel.learn.export.drawing_export import contract_facts, export_drawing
from paintreel.learn.models.drawing_networks import NETWORKS, make_generator
from paintreel.learn.models.drawing_tasks import TASKS
from paintreel.roughs.drawing_planes import colorize_planes, condition_of, noise_of
from paintreel.roughs.labels import one_hot
from paintreel.runtime.contract import Contract


def contract_of(network):
    return Contract(
        name="a",
        system="residual_attention",
        licence="CC0-1.0",
        credit="Ada",
        **contract_facts(network),
    )


def disturbed(network):
    """Every weight away from its start, where conditions still do nothing."""
    chance = torch.Generator().manual_seed(0)
    for parameter in network.parameters():
        noise = torch.rand(parameter.shape, generator=chance) - 0.5
        parameter.data += 0.1 * noise
    return network.eval()


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("name", NETWORKS)
def test_what_is_exported_agrees_with_torch(tmp_path, task, name):
    network = disturbed(make_generator(name, TASKS[task], "tiny"))
    parity = export_drawing(network, tmp_path / "model.onnx", contract_of(network))
    assert parity.runtime < 1e-4
    session = onnxruntime.InferenceSession(tmp_path / "model.onnx")
    assert [each.name for each in session.get_inputs()] == list(TASKS[task].inputs)
    wanted = [TASKS[task].output, *(["choices"] if network.chooses else [])]
    assert [each.name for each in session.get_outputs()] == wanted
    assert Contract.from_file(tmp_path / "model.onnx").task == task


def test_three_inputs_each_count(tmp_path):
    """Made as serving makes them, at a size that nothing was traced with."""
    network = disturbed(make_generator("residual_attention", TASKS["colorize"], "tiny"))
    path = tmp_path / "model.onnx"
    export_drawing(network, path, contract_of(network))
    contract = Contract.from_file(path)
    session = onnxruntime.InferenceSession(path)
    chance = np.random.default_rng(0)
    lines = chance.random((48, 112), np.float32)
    hints = chance.random((48, 112, 4), np.float32)
    palette = chance.random((5, 4), np.float32)

    def paint(hints=hints, palette=palette, label="water", seed=3):
        feed = {
            "image": colorize_planes(lines, hints)[None],
            "condition": condition_of(palette, one_hot(label, contract.labels)),
            "noise": noise_of(seed, contract.code_size),
        }
        colours, choices = session.run(None, feed)
        inputs = [torch.from_numpy(x) for x in feed.values()]
        with torch.no_grad():
            wanted, logits = network.with_choices(*inputs)
        np.testing.assert_allclose(colours, wanted.numpy(), atol=2e-3)
        np.testing.assert_allclose(choices, logits.softmax(dim=1).numpy(), atol=5e-3)
        assert choices.shape == (1, 8, 12, 28)
        return colours

    first = paint()
    assert first.shape == (1, 3, 48, 112)
    for changes in ({"hints": None}, {"palette": None}, {"label": None}, {"seed": None}):
        assert np.abs(paint(**changes) - first).max() > 1e-4, changes
