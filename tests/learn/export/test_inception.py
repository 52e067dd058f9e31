"""Inception-v3 by file: its layout, its two poolings, and which file's scores are called FID."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn.functional import avg_pool2d, max_pool2d

from paintreel.errors import UnreadableFile
from paintreel.learn.export import inception as export
from paintreel.learn.models.inception import InceptionFeatures, is_of_fid, load_inception
from paintreel.metrics.extractors import NAME_KEY, WEIGHTS_KEY, feature_vectors
from paintreel.metrics.published import FID_INCEPTION
from paintreel.metrics.table import MEASURES, measure_of
from paintreel.runtime import extractor as runtime
from paintreel.runtime.card import sha256_of
from paintreel.runtime.extractor import OnnxExtractor

THIN = 16


def weights_of(classes: int) -> dict[str, torch.Tensor]:
    """A thin stand-in whose activations do not fade, with a classifier of so many classes."""
    rng = torch.Generator().manual_seed(0)
    state = InceptionFeatures(of_fid=True, thin=THIN).state_dict()
    for name, weights in state.items():
        if name.endswith("conv.weight"):
            scale = (2 / weights[0].numel()) ** 0.5
            weights.copy_(scale * torch.randn(weights.shape, generator=rng))
    return state | {"fc.weight": torch.zeros(classes, 2048 // THIN)}


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("inception")
    found = {}
    for name, classes in (("fid", 1008), ("else", 1000)):
        found[name] = folder / f"{name}.pth"
        torch.save(weights_of(classes), found[name])
    return found


@pytest.fixture(scope="module")
def exported(files, tmp_path_factory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("graphs")
    paths = {name: folder / f"{name}.onnx" for name in files}
    for name, path in paths.items():
        is_fid, difference = export.export_inception(files[name], path, thin=THIN)
        assert not is_fid  # it is a stand-in
        assert difference < 1e-4
    return paths


def test_the_published_size_and_names():
    """21.8 million weights before the classifier, in blocks of the published widths."""
    with torch.device("meta"):
        network = InceptionFeatures(of_fid=True)
    state = network.state_dict()
    assert sum(p.numel() for p in network.parameters()) == 21_785_568
    channels = [getattr(network, name).channels for name in network.blocks]
    assert channels == [256, 288, 288, 768, 768, 768, 768, 768, 1280, 2048, 2048]
    shapes = {
        "Conv2d_1a_3x3.conv.weight": (32, 3, 3, 3),
        "Mixed_5b.branch5x5_2.bn.running_var": (64,),
        "Mixed_6c.branch7x7dbl_4.conv.weight": (160, 160, 7, 1),
        "Mixed_7a.branch7x7x3_4.conv.weight": (192, 192, 3, 3),
        "Mixed_7c.branch3x3dbl_3b.conv.weight": (384, 384, 3, 1),
        "Mixed_7c.branch_pool.conv.weight": (192, 2048, 1, 1),
    }
    assert {name: tuple(state[name].shape) for name in shapes} == shapes


@torch.no_grad()
def test_the_three_places_where_fids_is_another():
    torch.manual_seed(0)
    ours, others = (InceptionFeatures(of_fid=fid, thin=THIN).eval() for fid in (True, False))
    x = torch.rand(1, 4, 5, 5)
    first = ours.Mixed_5b._pooled(x), others.Mixed_5b._pooled(x)
    torch.testing.assert_close(first[0], avg_pool2d(x, 3, 1, 1, count_include_pad=False))
    torch.testing.assert_close(first[1], avg_pool2d(x, 3, 1, 1))
    torch.testing.assert_close(ours.Mixed_7c._pooled(x), max_pool2d(x, 3, 1, 1))
    torch.testing.assert_close(others.Mixed_7c._pooled(x), avg_pool2d(x, 3, 1, 1))
    for network in (ours, others):
        network.load_state_dict(weights_of(1008), strict=False)
    picture = torch.rand(1, 3, 40, 60)
    assert ours(picture)[0].max() > 0.1
    assert (ours(picture)[0] - others(picture)[0]).abs().max() > 0.01
    assert ours(picture)[0].shape == (1, 2048 // THIN)


def test_layouts_are_told_by_the_classifier(files):
    assert [is_of_fid(weights_of(n)) for n in (1008, 1000)] == [True, False]
    assert load_inception(files["fid"], thin=THIN).mean == "mean"
    assert load_inception(files["else"], thin=THIN).mean == "mean_padded"
    with pytest.raises(UnreadableFile, match=r"no Inception-v3 .*Conv2d_1a_3x3"):
        load_inception(files["fid"])  # thin weights for the whole network


def test_scores_are_called_after_the_file(exported, files, monkeypatch):
    """`fid` for the hash of FID's own file alone, which the graph carries."""
    assert OnnxExtractor(exported["fid"]).name == "inception"
    assert OnnxExtractor(exported["fid"], name=FID_INCEPTION).name == "inception"
    monkeypatch.setattr(runtime, "FID_WEIGHTS_SHA256", sha256_of(files["fid"]))
    names = {name: OnnxExtractor(path).name for name, path in exported.items()}
    assert names == {"fid": FID_INCEPTION, "else": "inception"}
    called = {n: [MEASURES[m].named(e) for m in ("fd", "kd")] for n, e in names.items()}
    assert called == {"fid": ["fid", "kid"], "else": ["fd_inception", "kd_inception"]}
    assert [measure_of(n).name for n in ("fid", "kid", "fd_inception")] == ["fd", "kd", "fd"]


def test_a_graph_that_only_claims_to_be_it(exported, tmp_path):
    import onnx

    model = onnx.load(exported["else"])
    claims = {NAME_KEY: FID_INCEPTION, WEIGHTS_KEY: "0" * 64}
    onnx.helper.set_model_props(model, claims)
    onnx.save(model, tmp_path / "claims.onnx")
    assert OnnxExtractor(tmp_path / "claims.onnx").name == "inception"


def test_vectors_of_pictures_of_any_size(exported, files):
    pictures = [
        np.random.default_rng(n).integers(0, 256, (40 + n, 52, 3), np.uint8) for n in (0, 9)
    ]
    found = np.concatenate(list(feature_vectors(OnnxExtractor(exported["fid"]), pictures)))
    network = load_inception(files["fid"], thin=THIN)
    for picture, vector in zip(pictures, found, strict=True):
        x = torch.from_numpy(picture).permute(2, 0, 1)[None] / 255
        expected = network(x)[0][0].numpy()
        np.testing.assert_allclose(vector, expected, atol=1e-4 * np.abs(expected).max())


def test_command(files, tmp_path, capsys, monkeypatch):
    load = export.load_inception
    monkeypatch.setattr(export, "load_inception", lambda path, thin: load(path, thin=THIN))
    asked = ["--weights", str(files["else"]), "--out", str(tmp_path / "out.onnx")]
    assert export.main(asked) == 0
    assert "fd_inception and kd_inception: not FID's own file" in capsys.readouterr().out
    monkeypatch.setattr(export, "FID_WEIGHTS_SHA256", sha256_of(files["else"]))
    assert export.main(asked) == 0
    assert "scores are called fid and kid" in capsys.readouterr().out
    assert export.main(["--weights", "none.pth", "--out", str(tmp_path / "x.onnx")]) == 1
    assert "none.pth" in capsys.readouterr().err
