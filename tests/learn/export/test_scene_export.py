from __future__ import annotations

import numpy as np
import onnx
import onnxruntime
import pytest
import torch

from paintreel.errors import TrainingError
from paintreel.learn.export.scene_export import INPUTS, OUTPUTS, export_scene
from paintreel.learn.export.traced import PARITY_TOLERANCE, ROUNDING_TOLERANCE
from paintreel.learn.systems import SCENE_NETWORKS
from paintreel.runtime.contract import Contract
from paintreel.worlds.categories import LABELS


def contract_of(name, model) -> Contract:
    return Contract(
        name=name,
        system=name,
        licence="CC0-1.0",
        credit="nobody",
        task="scene",
        input="rough",
        output="scene",
        multiple=model.multiple,
        halo_px=model.halo_px,
        tiling="exact",
        labels=LABELS,
        code_size=model.code_size,
    )


@pytest.fixture(scope="module", params=SCENE_NETWORKS)
def exported(request, tmp_path_factory):
    """(model, path, parity) of each system."""
    torch.manual_seed(0)
    model = SCENE_NETWORKS[request.param].load_network().generator("tiny", without=(), fusion="mid")
    with torch.no_grad():
        model.category.embedding.weight.normal_(0, 0.3)
    path = tmp_path_factory.mktemp("scene") / "scene.onnx"
    return model, path, export_scene(model, path, contract_of(request.param, model))


def run(path, **given):
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    assert [i.name for i in session.get_inputs()] == list(INPUTS)
    return session.run(OUTPUTS, given)


def inputs(model, n, height, width):
    rng = np.random.default_rng(n)
    given = {
        "rough": rng.random((n, 6, height, width)),
        "category": np.eye(6)[:n],
        "code": rng.random((n, model.code_size)),
        "mix": rng.integers(0, 2, (n, 1)),
    }
    return {name: x.astype(np.float32) for name, x in given.items()}


def test_parity(exported):
    assert 0 <= exported[2].runtime <= PARITY_TOLERANCE
    assert 0 < exported[2].rounding <= ROUNDING_TOLERANCE


@pytest.mark.parametrize("size", [(1, 16, 16), (3, 48, 80)])
def test_batch_and_size_are_free(exported, size):
    model, path, parity = exported
    given = inputs(model, *size)
    scene, own_code = run(path, **given)
    assert scene.dtype == own_code.dtype == np.float32
    assert scene.shape == (size[0], 3, *size[1:])
    assert own_code.shape == (size[0], model.code_size)
    assert 0 <= scene.min() < scene.max() <= 1
    with torch.no_grad():
        wanted = model.eval()(*(torch.from_numpy(x) for x in given.values()))[0].numpy()
    np.testing.assert_allclose(scene, wanted, atol=max(2 * parity.rounding, 1e-3))


def test_weights_are_stored_in_f16(exported):
    model, path, _parity = exported
    stored = {w.name: w for w in onnx.load(path).graph.initializer}
    halves = sum(
        np.prod(w.dims) for w in stored.values() if w.data_type == onnx.TensorProto.FLOAT16
    )
    weights = sum(p.numel() for p in model.parameters())
    assert halves > 0.85 * weights


def test_contract_travels_inside(exported):
    model, path, _parity = exported
    contract = Contract.from_file(path)
    assert contract.labels == LABELS
    assert contract.code_size == model.code_size
    assert (contract.task, contract.input, contract.output) == ("scene", *INPUTS[:1], OUTPUTS[0])


def test_the_model_is_left_as_it_was(exported):
    model = exported[0]
    p = next(model.parameters())
    assert p.dtype == torch.float32
    assert not torch.equal(p, p.half().float())


@pytest.mark.parametrize(
    ("scale", "message"), [(float("nan"), "differs from torch"), (1e5, "f16|differs")]
)
def test_broken_weights_are_refused(tmp_path, scale, message):
    model = SCENE_NETWORKS["osdlm"].load_network().generator("tiny", without=(), fusion="mid")
    with torch.no_grad():
        model.fine.weight.mul_(scale)
        model.down.weight.mul_(scale)
    path = tmp_path / "scene.onnx"
    with pytest.raises(TrainingError, match=message):
        export_scene(model, path, contract_of("osdlm", model))
    assert not path.exists()
