"""Stride-2 deconvolution that starts as smooth enlargement, without a checkerboard."""

from __future__ import annotations

import torch
from torch import nn

from paintreel.learn.blocks.initial import zero_bias


class Deconvolution(nn.ConvTranspose2d):
    """(N, c_in, H, W) to (N, c_out, 2 H, 2 W), kernel 4, stride 2.

    The kernel size is a multiple of the stride, so that every output pixel gets the same number of
    taps; each kernel starts as a bilinear tent of one He weight, so that the parities of rows and
    columns start equal and no checkerboard has to be unlearnt.
    """

    reach_px = 1

    def __init__(self, c_in: int, c_out: int, *, gain: float = 1.0) -> None:
        super().__init__(c_in, c_out, 4, stride=2, padding=1)
        mixing = torch.empty(c_out, c_in, 1, 1)
        nn.init.kaiming_normal_(mixing, nonlinearity="relu")
        tent = torch.tensor([0.25, 0.75, 0.75, 0.25])
        with torch.no_grad():
            self.weight.copy_(gain * mixing.transpose(0, 1) * torch.outer(tent, tent))
        zero_bias(self)
