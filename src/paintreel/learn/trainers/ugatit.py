"""Training of U-GAT-IT: a generator each way, four critics (Kim et al. 2020, section 2.2).

Least squares of scores and of the critics' own attention, cycle and identity in L1, and the
cross-entropy of the generators' attention; 1, 10, 10 and 1000, as published. Nothing is pretrained
and no features are used. Adam at 1e-4 with a decay of 1e-4, falling to 0 over the second half.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from torch import Tensor, nn

from paintreel.learn.engine.distributed import ProcessGroup
from paintreel.learn.engine.parts import Learner
from paintreel.learn.losses.stylizers import domain_loss, signed
from paintreel.learn.models.ugatit import PRESETS, Attended, UGATITCritic, UGATITGenerator
from paintreel.learn.trainers.headed_critics import fooled_by_heads, judge_by_heads
from paintreel.learn.trainers.peer_stylizers import PeerSettings, PeerTrainer, train_peer
from paintreel.learn.trainers.training_run import Folders, Run, Trained

ART, PHOTO = "art", "photo"


@dataclass(frozen=True, kw_only=True)
class UGATITSettings(PeerSettings):
    """adversary, cycle, identity, attention: weights of the terms, as published."""

    batch: int = 1
    adversary: float = 1.0
    cycle: float = 10.0
    identity: float = 10.0
    attention: float = 1000.0

    least_crop_px = 96
    multiple = 4


class UGATITTrainer(PeerTrainer[UGATITGenerator]):
    """`back` paints photographs of art; critics are called DOMAIN_far and DOMAIN_near."""

    decay = 1e-4
    needs_features = False
    back: Learner[UGATITGenerator]

    def make_generator(self) -> UGATITGenerator:
        return UGATITGenerator(PRESETS[self.settings.preset])

    def make_critics(self) -> Mapping[str, nn.Module]:
        c = PRESETS[self.settings.preset]
        return {
            f"{domain}_{reach}": UGATITCritic(layers, c.critic)
            for domain in (ART, PHOTO)
            for reach, layers in (("far", c.far), ("near", c.near))
        }

    def view(self, network: UGATITGenerator) -> nn.Module:
        return Attended(network)

    def other_learners(self, group: ProcessGroup) -> Mapping[str, Learner[Any]]:
        self.back = self.learner_of(self.make_generator(), group)
        return {"back": self.back}

    def set_rates(self, progress: float) -> None:
        s = self.settings
        left = min(1.0, max(2 * (1 - progress), 0.01)) * self.rate_factor
        self.learner.set_rate(s.rate * left)
        self.back.set_rate(s.rate * left)
        self.adversary.set_rate(s.critic_rate * left)

    def step(self, progress: float) -> dict[str, float]:
        s = self.settings
        photo, teacher, art = self.batch()
        self.set_rates(progress)
        to_art, to_photo = self.learner.parallel, self.back.parallel
        self.learner.network.train()
        self.back.network.train()
        with self.precision.autocast():
            painted, of_photo, _heat = to_art(photo)
            unpainted, of_art, _heat = to_photo(art)
            photo_again, *_ = to_photo(painted)
            art_again, *_ = to_art(unpainted)
            same_art, of_same_art, _heat = to_art(art)
            same_photo, of_same_photo, _heat = to_photo(photo)
        logged = judge_by_heads(self.adversary, {ART: (art, painted), PHOTO: (photo, unpainted)})
        terms = {
            "adversary": fooled_by_heads(
                self.adversary, {ART: painted, PHOTO: unpainted}, self.precision
            ),
            "cycle": _l1(photo_again, photo) + _l1(art_again, art),
            "identity": _l1(same_art, art) + _l1(same_photo, photo),
            "attention": domain_loss(of_photo.float(), is_source=True)
            + domain_loss(of_art.float(), is_source=True)
            + domain_loss(of_same_art.float(), is_source=False)
            + domain_loss(of_same_photo.float(), is_source=False),
            **self.taught(painted, teacher),
        }
        weights = {
            name: getattr(s, name) for name in ("adversary", "cycle", "identity", "attention")
        }
        logged |= self.descend(terms, weights)
        self.learner.network.keep_rho_in_bounds()
        self.back.network.keep_rho_in_bounds()
        return logged


def _l1(y: Tensor, truth: Tensor) -> Tensor:
    return (signed(y.float()) - signed(truth)).abs().mean()


def train_ugatit(run: Run, folders: Folders) -> Trained[UGATITGenerator] | None:
    """Train it; None on followers of torchrun. Raises DataError for unusable folders."""
    return train_peer(run, folders, UGATITTrainer)
