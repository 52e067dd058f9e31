"""The figures that the paper's abstract gives, and by what they may be set beside ours."""

from __future__ import annotations

GAINS = {
    "psnr": 11.0,
    "ssim": 8.8,
    "frechet": -23.4,
    "fusion_degree": 21.9,
    "coupling": 42.3,
}
"""Change in percent of its model, over what the abstract does not say."""

ATTENTION = 15.0
"""What channel attention is worth, "approximately", of a measure that it does not name."""
