"""The network that a training begins with: found and tried before any work, named and credited."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from torch import nn

from paintreel.errors import InputError, ModelFileError, UnreadableFile
from paintreel.learn.export.exported import begin_from
from paintreel.runtime.catalog import ModelFile, find_model

BEGUN_FROM = "begun_from"
"""Key of the card's training table: the model whose weights the run began with."""


def find_start(name: str, task: str, network: nn.Module) -> ModelFile | None:
    """The model that the setting `start` names; None where it is empty.

    network: one of the layout that is trained; it is left with the weights of `start`.
    Raises InputError for a name that is not known, and where the weights are of another layout.
    """
    if not name:
        return None
    start = find_model(name, task)
    try:
        begin_from(network, start.path)
    except (UnreadableFile, ModelFileError) as error:
        raise InputError(
            f"start is {name}, whose weights do not fit what is trained: give one of the same "
            f"system and preset, or begin without (--set start=). {error}"
        ) from error
    return start


def begun_from(start: ModelFile) -> dict[str, Any]:
    """What the card says of the model that a run began with: its name, file, licence, credit."""
    contract = start.card.contract
    facts = {"sha256": start.card.sha256, "licence": contract.licence, "credit": contract.credit}
    return {BEGUN_FROM: {"name": start.name, **facts}}


def credit_of(credit: str, training: Mapping[str, Any]) -> str:
    """The credit line of new weights, with that of the model that they began with, each once.

    >>> credit_of("Painted by Ada", {"begun_from": {"name": "old", "credit": "Trained on Bo's"}})
    "Painted by Ada; begun from the weights of old: Trained on Bo's"
    >>> credit_of("Painted by Ada", {})
    'Painted by Ada'
    >>> credit_of("Painted by Ada", {"begun_from": {"name": "old", "credit": "Painted by Ada"}})
    'Painted by Ada'
    """
    if (start := training.get(BEGUN_FROM)) is None or start["credit"] == credit:
        return credit
    begun = f"begun from the weights of {start['name']}: {start['credit']}"
    return f"{credit}; {begun}" if credit else begun
