"""Grad-CAM and Grad-CAM++ of any layer of any network, without leaving a trace in it.

Selvaraju and others 2017 weight the maps A_k of a layer by the means of their gradients,

    w_k = sum_p dS/dA_kp / P,       map = relu(sum_k w_k A_k)

Chattopadhay and others 2018 by positive gradients alone, each place by its share

    a_kp = g^2 / (2 g^2 + sum_q A_kq g^3),   w_k = sum_p a_kp relu(g),   g = dS/dA_kp
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from paintreel.errors import InputError

__all__ = ["grad_cam", "grad_cam_plus_plus"]

Score = Callable[[Tensor], Tensor]
"""From what the network gives to the scores (N,) that are to be explained."""

_LEAST = 1e-12


def grad_cam(network: nn.Module, layer: nn.Module, x: Tensor, score: Score) -> Tensor:
    """(N, h, w) in [0, 1]: where in the pictures x (N, 3, H, W) the evidence for the scores lies.

    layer: a module of `network` that gives maps (N, C, h, w) once in a pass. Each map is scaled by
    its largest value. Raises InputError where the layer is not run, or gives no maps.
    """
    maps, gradients = _run(network, layer, x, score)
    weights = gradients.mean(dim=(2, 3), keepdim=True)
    return _scaled((weights * maps).sum(1))


def grad_cam_plus_plus(network: nn.Module, layer: nn.Module, x: Tensor, score: Score) -> Tensor:
    """As `grad_cam`, by Grad-CAM++, which shares an object's weight among all its places."""
    maps, gradients = _run(network, layer, x, score)
    square = gradients**2
    whole = maps.sum(dim=(2, 3), keepdim=True) * gradients**3
    below = 2 * square + whole
    # Where the gradient is nought so is the share; below it may be of either sign.
    shares = torch.where(below.abs() > _LEAST, square / below, torch.zeros_like(below))
    weights = (shares * gradients.relu()).sum(dim=(2, 3), keepdim=True)
    return _scaled((weights * maps).sum(1))


def _run(network: nn.Module, layer: nn.Module, x: Tensor, score: Score) -> tuple[Tensor, Tensor]:
    """The maps of the layer, and the gradients of the scores in them; the hook is gone after."""
    seen: list[Tensor] = []

    def keep(_module: nn.Module, _given: object, maps: Tensor) -> Tensor:
        # From here on there are gradients, though the weights of the network have none.
        seen.append(maps.detach().requires_grad_())
        return seen[-1]

    with layer.register_forward_hook(keep), torch.enable_grad():
        scores = score(network(x))
        if len(seen) != 1 or seen[0].dim() != 4:
            found = f"{len(seen)} times" if len(seen) != 1 else f"with shape {tuple(seen[0].shape)}"
            raise InputError(
                f"the layer was run {found}, expected once with maps (N, C, h, w); give another"
            )
        (gradients,) = torch.autograd.grad(scores.sum(), seen)
    return seen[0].detach(), gradients


def _scaled(evidence: Tensor) -> Tensor:
    positive = evidence.relu()
    most = positive.amax(dim=(1, 2), keepdim=True)
    scaled: Tensor = positive / most.clamp(min=_LEAST)
    return scaled
