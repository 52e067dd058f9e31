from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from paintreel.errors import UnreadableFile
from paintreel.learn.export.mtcnn import export_mtcnn, main, read_package
from paintreel.learn.models.mtcnn import INPUTS, MTCNN, OUTPUTS, PARTS, load_mtcnn
from paintreel.runtime.card import Card
from paintreel.runtime.onnx_session import session_of


def random_weights(seed: int = 0) -> dict[str, list[np.ndarray]]:
    """Arrays of the package's layout: Keras keeps kernels as (rows, columns, in, out)."""
    rng = np.random.default_rng(seed)
    network = MTCNN()
    weights = {}
    for name in PARTS:
        weights[name] = []
        for each in getattr(network, name).parameters():
            values = rng.normal(0, 0.05, each.shape).astype(np.float32)
            if values.ndim == 4:
                values = values.transpose(2, 3, 1, 0)
            weights[name].append(values.T if values.ndim == 2 else values)
    return weights


def test_arrays_of_keras_become_the_weights_they_are():
    weights = random_weights()
    network = load_mtcnn(weights, source="test")
    kernel = weights["pnet"][0]
    picture = np.random.default_rng(1).random((12, 12, 3), np.float32)
    centred = (picture * 255 - 127.5) / 128
    expected = np.einsum("yxi,yxio->o", centred[:3, :3], kernel) + weights["pnet"][1]
    first = network.pnet.body[0](
        torch.from_numpy(centred.transpose(2, 0, 1)[None].astype(np.float32))
    )
    np.testing.assert_allclose(first[0, :, 0, 0].numpy(), expected, rtol=1e-4, atol=1e-5)


def test_the_graph_runs_each_network_with_nothing_for_the_others(tmp_path: Path):
    path = tmp_path / "model.onnx"
    card = export_mtcnn(random_weights(), path, training={"source": "test"})
    assert card == Card.load(tmp_path / "card.toml")
    card.verify(path)
    session = session_of(path.read_bytes(), path)
    assert tuple(i.name for i in session.get_inputs()) == INPUTS
    assert tuple(o.name for o in session.get_outputs()) == OUTPUTS
    rng = np.random.default_rng(2)
    full = {
        "picture": rng.random((1, 3, 40, 57), np.float32),
        "crops_24": rng.random((3, 3, 24, 24), np.float32),
        "crops_48": rng.random((2, 3, 48, 48), np.float32),
    }
    together = session.run(None, full)
    assert together[0].shape == (1, 1, 15, 24)  # a place for every second pixel
    assert together[6].shape == (2, 10)
    for name in INPUTS:
        alone = session.run(None, {k: v if k == name else v[:0] for k, v in full.items()})
        for one, all_ in zip(alone, together, strict=True):
            assert len(one) in (0, len(all_))
            if len(one):
                np.testing.assert_allclose(one, all_, atol=1e-5)
        assert sum(len(one) > 0 for one in alone) == (3 if name == "crops_48" else 2)


def test_other_files_than_those_that_were_looked_at_are_not_unpickled(tmp_path: Path, capsys):
    for name in PARTS:
        (tmp_path / f"{name}.lz4").write_bytes(b"cos\nsystem\n(S'touch ran'\ntR.")
    with pytest.raises(UnreadableFile, match="nothing is run"):
        read_package(tmp_path)
    (tmp_path / "pnet.lz4").unlink()
    with pytest.raises(UnreadableFile, match="no such file"):
        read_package(tmp_path)
    assert main(["--weights", str(tmp_path), "--out", str(tmp_path / "m.onnx")]) == 1
    assert "pip install mtcnn==1.0.0" in capsys.readouterr().err
    assert not (tmp_path / "m.onnx").exists()


def test_arrays_of_another_layout_are_refused():
    weights = random_weights()
    with pytest.raises(UnreadableFile, match="rnet has 0 arrays"):
        load_mtcnn({"pnet": weights["pnet"]}, source="test")
    weights["onet"][0] = weights["onet"][0][..., :5]
    with pytest.raises(UnreadableFile, match="onet holds"):
        load_mtcnn(weights, source="test")
    weights = random_weights()
    weights["pnet"][1][0] = np.nan
    with pytest.raises(UnreadableFile, match="pnet holds"):
        load_mtcnn(weights, source="test")
