from __future__ import annotations

import numpy as np
import onnxruntime
import pytest
import torch
from torch import nn

from paintreel.errors import TrainingError
from paintreel.learn.export.onnx_export import check_parity, export_onnx
from paintreel.learn.export.traced import PARITY_TOLERANCE
from paintreel.learn.models.fsgan import PRESETS, Generator
from paintreel.runtime.contract import Contract


def make_contract(generator: Generator) -> Contract:
    return Contract(
        name="trial",
        system="fsgan",
        licence="CC0-1.0",
        credit="nobody",
        task="stylize",
        multiple=generator.multiple,
        halo_px=generator.halo_px,
        tiling="exact",
    )


@pytest.fixture(scope="module", params=PRESETS)
def exported(request, tmp_path_factory):
    """(generator, path, reported difference) of each preset, with a head that paints."""
    torch.manual_seed(0)
    generator = Generator(PRESETS[request.param])
    with torch.no_grad():
        generator.head[0].weight.normal_(0, 0.05)
    path = tmp_path_factory.mktemp("export") / "style.onnx"
    return generator, path, export_onnx(generator, path, make_contract(generator))


@pytest.fixture(scope="module")
def session(exported):
    return onnxruntime.InferenceSession(str(exported[1]), providers=["CPUExecutionProvider"])


def test_parity(exported):
    assert 0.0 <= exported[2] <= PARITY_TOLERANCE


@pytest.mark.parametrize(
    "size", [(1, 8, 8), (3, 40, 72), (2, 128, 16)], ids=["smallest", "batch", "tall"]
)
def test_batch_and_size_are_free(exported, session, size):
    n, height, width = size
    x = np.random.default_rng(0).uniform(0, 1, (n, 3, height, width)).astype(np.float32)
    (y,) = session.run(["stylized"], {"image": x})
    assert y.shape == x.shape
    assert y.dtype == np.float32
    with torch.no_grad():
        expected = exported[0].eval()(torch.from_numpy(x)).numpy()
    np.testing.assert_allclose(y, expected, atol=PARITY_TOLERANCE)


def test_output_stays_in_range_and_paints(session):
    x = np.random.default_rng(0).uniform(0, 1, (1, 3, 64, 64)).astype(np.float32)
    (y,) = session.run(None, {"image": x})
    assert 0.0 <= y.min() <= y.max() <= 1.0
    assert np.abs(y - x).mean() > 0.02


def test_contract_lies_in_the_file(exported):
    generator, path, _ = exported
    contract = Contract.from_file(path)
    assert contract == make_contract(generator)
    assert (contract.multiple, contract.halo_px) == (8, generator.halo_px)
    assert contract.tiling == "exact"


def test_at_most_four_megabytes_and_nothing_beside(exported):
    path = exported[1]
    assert path.stat().st_size < 4_000_000
    assert [p.name for p in path.parent.iterdir()] == ["style.onnx"]


def test_terminal_stays_quiet(tmp_path, capfd):
    generator = Generator(PRESETS["tiny"])
    export_onnx(generator, tmp_path / "style.onnx", make_contract(generator))
    said = capfd.readouterr()
    assert (said.out, said.err) == ("", "")


class DependsOnSize(nn.Module):
    """Cannot be traced: the branch is frozen as it was at the size of the sample."""

    def forward(self, x):
        return x * 0.5 if x.shape[3] > 100 else x * 1.0


def test_a_graph_that_differs_is_refused(tmp_path):
    contract = make_contract(Generator(PRESETS["tiny"]))
    with pytest.raises(TrainingError, match="differs from torch by"):
        export_onnx(DependsOnSize(), tmp_path / "style.onnx", contract)
    assert list(tmp_path.iterdir()) == []


def test_weights_that_are_not_finite_are_refused(tmp_path):
    generator = Generator(PRESETS["tiny"])
    nn.init.constant_(generator.stem.bias, float("nan"))
    with pytest.raises(TrainingError, match="differs from torch by nan"):
        export_onnx(generator, tmp_path / "style.onnx", make_contract(generator))


def test_parity_is_measured_on_the_file(exported, tmp_path):
    generator, path, _ = exported
    other = Generator(generator.config).eval()
    with torch.no_grad():
        other.head[0].weight.normal_(0, 0.05)
    with pytest.raises(TrainingError):
        check_parity(other, path)
    assert check_parity(generator.eval(), path) <= PARITY_TOLERANCE
