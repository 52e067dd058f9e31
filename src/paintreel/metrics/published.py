"""Names of scores that mean one network everywhere: FID and KID are over Inception-v3's of 2015."""

from __future__ import annotations

__all__ = ["FID_INCEPTION", "FID_WEIGHTS_SHA256", "INCEPTION", "PUBLISHED"]

FID_WEIGHTS_SHA256 = "6726825d0af5f729cebd5821db510b11b1cfad8faad88a03f1befd49fb9129b2"
"""Of pt_inception-2015-12-05-6726825d.pth, the weights that FID is defined by, for torch."""

INCEPTION, FID_INCEPTION = "inception", "inception-2015-12-05"
"""Features of any Inception-v3, and of the one with FID's own weights."""

PUBLISHED = {FID_INCEPTION: {"fd": "fid", "kd": "kid"}}
"""{features: {measure: what its scores over them are called}}."""
