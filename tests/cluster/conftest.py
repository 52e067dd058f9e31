"""A Ray cluster of two nodes on this machine: two processes that each stand for a machine."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from bucket import keys_of

# As the page says; and no run of others comes into this cluster by mistake. Ray looks when it is
# imported, which the modules of tests do.
os.environ |= {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": secrets.token_hex(32)}

_NODE = {"num_cpus": 1, "object_store_memory": 100 * 2**20}


@pytest.fixture(scope="module")
def two_nodes(s3_environment: None) -> Iterator[Any]:
    """`ray.cluster_utils.Cluster` with a head and one more node, each of one processor."""
    pytest.importorskip("ray", reason="needs the extra cluster")
    from filelock import FileLock  # Ray brings it
    from ray.cluster_utils import Cluster

    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    # Else the agent of the head takes a port that is the same for all: a second head on this
    # machine (of other tests, or of a user) would lose its agent, and with it itself.
    head = {**_NODE, "include_dashboard": False, "dashboard_agent_listen_port": 0}
    # Two clusters at once would be more than a machine of two cores is quick enough for.
    with FileLock(Path(tempfile.gettempdir()) / "paintreel-tests-ray.lock"):
        cluster = Cluster(initialize_head=True, head_node_args=head)
        cluster.add_node(**_NODE)
        yield cluster
        _without_driver(cluster.shutdown)


@pytest.fixture(scope="module")
def s3_environment(request: Any) -> Iterator[None]:
    """Nodes have the keys of storage in their environment, as whoever starts them gives them."""
    with pytest.MonkeyPatch.context() as patch:
        if find_spec("s3fs") and find_spec("moto"):
            for name, value in keys_of(request.getfixturevalue("s3_server")).items():
                patch.setenv(name, value)
        yield


@pytest.fixture
def kill_a_node(two_nodes) -> Iterator[Callable[[], None]]:
    """Kill one of three nodes, while a run is at work; never the one that the driver joined by."""
    import ray

    two_nodes.add_node(**_NODE)

    def kill() -> None:
        own = ray.get_runtime_context().get_node_id()
        one = next(node for node in two_nodes.worker_nodes if node.node_id != own)
        two_nodes.remove_node(one, allow_graceful=False)

    yield kill
    while len(two_nodes.worker_nodes) > 1:
        node = next(iter(two_nodes.worker_nodes))
        _without_driver(partial(two_nodes.remove_node, node))
    two_nodes.wait_for_nodes()  # else the next driver may join by one that is gone, and go too


def _without_driver(remove: Callable[[], None]) -> None:
    """Remove nodes, again where a driver had joined by one: Ray lets go of it and raises."""
    try:
        remove()
    except ValueError:
        remove()
