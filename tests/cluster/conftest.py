"""A Ray cluster of two nodes on this machine: two processes that each stand for a machine."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from bucket import keys_of

_NODE = {"num_cpus": 1, "object_store_memory": 100 * 2**20}


@pytest.fixture(scope="module")
def two_nodes(s3_environment: None) -> Iterator[Any]:
    """`ray.cluster_utils.Cluster` with a head and one more node, each of one processor."""
    pytest.importorskip("ray", reason="needs the extra cluster")
    from filelock import FileLock  # Ray brings it
    from ray.cluster_utils import Cluster

    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    head = {**_NODE, "include_dashboard": False}
    # Heads of two test processes would take the same port, and one of them end the other.
    with FileLock(Path(tempfile.gettempdir()) / "paintreel-tests-ray.lock"):
        cluster = Cluster(initialize_head=True, head_node_args=head)
        cluster.add_node(**_NODE)
        yield cluster
        cluster.shutdown()


@pytest.fixture(scope="module")
def s3_environment(request: Any) -> Iterator[None]:
    """Nodes have the keys of storage in their environment, as whoever starts them gives them."""
    with pytest.MonkeyPatch.context() as patch:
        if find_spec("s3fs") and find_spec("moto"):
            for name, value in keys_of(request.getfixturevalue("s3_server")).items():
                patch.setenv(name, value)
        yield


@pytest.fixture
def third_node(two_nodes) -> Iterator[Any]:
    """One more, to be killed."""
    node = two_nodes.add_node(**_NODE)
    yield node
    if node in two_nodes.worker_nodes:
        with suppress(
            ValueError
        ):  # the driver may have joined by this node: it goes with the others
            two_nodes.remove_node(node, allow_graceful=False)
