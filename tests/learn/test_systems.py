"""The one table of systems."""

from __future__ import annotations

import dataclasses
import subprocess
import sys

import pytest

from paintreel.learn.models.scene_network import SceneNetwork
from paintreel.learn.systems import FOLDERS, SCENE_NETWORKS, SYSTEMS

each_system = pytest.mark.parametrize("system", SYSTEMS.values(), ids=SYSTEMS)


@each_system
def test_every_part_of_a_row_is_there(system):
    settings = system.load_settings()
    assert dataclasses.is_dataclass(settings)
    assert settings.seed == 0
    assert callable(system.load_trainer())
    assert callable(system.load_export())
    assert set(system.takes) <= set(FOLDERS)
    assert "{path}" in system.try_it


@pytest.mark.parametrize("system", SCENE_NETWORKS.values(), ids=SCENE_NETWORKS)
def test_a_scene_network_says_what_it_is(system):
    network = system.load_network()
    assert isinstance(network, SceneNetwork)
    assert "tiny" in network.presets
    generator = network.generator("tiny")
    assert generator.code_size >= 1
    assert generator.halo_px % generator.multiple == 0


def test_the_table_needs_no_torch():
    code = "import sys, paintreel.learn.systems; assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
