"""Training of FSGAN: the data it draws, its terms, and its step.

Two phases in one budget. Warm-up: the generator learns the teacher pictures alone. Then the
adversaries come in, ramped, each with a fixed share of the gradient at the output; the teacher
keeps the largest share to the end.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
import torch
from torch import Tensor, nn

from paintreel.errors import InputError
from paintreel.imaging.arrays import Array
from paintreel.learn.data.crops import CropSampler
from paintreel.learn.data.folders import MIN_SIDE_PX
from paintreel.learn.data.teacher import TeacherSettings
from paintreel.learn.engine.checkpoint import own_part, restore_rng, rng_state
from paintreel.learn.engine.distributed import World
from paintreel.learn.engine.ema import WeightAverage
from paintreel.learn.losses.adversarial import critic_loss, generator_loss
from paintreel.learn.losses.balance import GradientBalance
from paintreel.learn.losses.painted import content_loss, flatness_loss, painted_loss
from paintreel.learn.losses.stable import draw_shift, grainy, shifted, stability_loss
from paintreel.learn.models.fsgan import CRITICS, PRESETS, Generator
from paintreel.metrics.abstraction import edge_correlation, gini_gradient, texture_residual


@dataclass(frozen=True)
class FSGANSettings:
    """Everything a recipe may set; lengths in pixels, shares of 1.

    warmup: part of the budget on the teacher alone; ramp: part in which adversaries come in.
    shares: part of the output gradient that each term gets once the ramp is over.
    held_out_art, held_out_photos: globs of pictures that training never sees.
    photo_weights: {glob: relative frequency}, for folders that should be drawn less often.
    ink_weight: how much more an error counts where the teacher drew ink.
    grain: largest deviation of the grain laid over a crop, whose teacher has none.
    art_grey: turn the art to grey, for ink styles.
    Raises InputError for values that no run can use, before anything is loaded.
    """

    preset: str = "light"
    seed: int = 0
    max_side_px: int = 640
    crop_px: int = 160
    batch: int = 8
    rate: float = 1e-3
    adversarial_rate: float = 3e-4
    critic_rate: float = 3e-4
    warmup: float = 0.3
    ramp: float = 0.1
    shares: dict[str, float] = field(
        default_factory=lambda: {
            "painted": 0.56,
            "texture": 0.14,
            "surface": 0.08,
            "spectral": 0.03,
            "content": 0.03,
            "flat": 0.08,
            "stable": 0.08,
        }
    )
    boundary: float = 0.5
    photo_negative: float = 0.5
    art_zoom: float = 1.4
    ink_weight: float = 2.0
    grain: float = 0.03
    ema_decay: float = 0.998
    max_photos: int = 3000
    max_art: int = 3000
    art_grey: bool = False
    held_out_art: tuple[str, ...] = ()
    held_out_photos: tuple[str, ...] = ()
    photo_weights: dict[str, float] = field(default_factory=dict)
    teacher: TeacherSettings = field(default_factory=TeacherSettings)

    def __post_init__(self) -> None:
        terms = {"painted", "content", "flat", "stable", *CRITICS}
        cell = Generator.multiple
        checks = {
            f"preset is one of {', '.join(PRESETS)}": self.preset in PRESETS,
            f"crop_px is a multiple of {cell}, 32 or more": (
                self.crop_px >= 32 and self.crop_px % cell == 0
            ),
            "batch, max_photos and max_art are 1 or more": (
                min(self.batch, self.max_photos, self.max_art) >= 1
            ),
            f"max_side_px is {MIN_SIDE_PX} or more": self.max_side_px >= MIN_SIDE_PX,
            "seed is 0 or more": self.seed >= 0,
            "rates are above 0": min(self.rate, self.adversarial_rate, self.critic_rate) > 0,
            "warmup is 0 to 1 and ramp not below 0": 0 <= self.warmup <= 1 and self.ramp >= 0,
            f"shares are of {', '.join(sorted(terms))}": self.shares.keys() <= terms,
            "shares are not below 0 and painted is above it": (
                min(self.shares.values()) >= 0 and self.shares.get("painted", 0) > 0
            ),
            "ink_weight and grain are not below 0": min(self.ink_weight, self.grain) >= 0,
            "art_zoom is 1 or more": self.art_zoom >= 1,
            "ema_decay is 0 to below 1": 0 <= self.ema_decay < 1,
            "photo_weights are above 0": all(w > 0 for w in self.photo_weights.values()),
        }
        if wrong := [rule for rule, holds in checks.items() if not holds]:
            raise InputError(f"these settings cannot be trained with: {'; '.join(wrong)} must hold")


def edge_blurred(x: Tensor) -> Tensor:
    """Art with its edges blurred, the negative of the boundary loss (CartoonGAN, Eq. 4).

    Where neighbours differ much in grey, what lies around is replaced by a 5x5 box mean.
    """
    grey = x.mean(dim=1, keepdim=True)
    dx = nn.functional.pad(grey.diff(dim=3).abs(), (0, 1))
    dy = nn.functional.pad(grey.diff(dim=2).abs(), (0, 0, 0, 1))
    edge = ((dx + dy) > 0.08).to(x.dtype)
    zone = nn.functional.max_pool2d(edge, 5, 1, 2)
    blurred = nn.functional.avg_pool2d(x, 5, 1, 2, count_include_pad=False)
    return x + zone * (blurred - x)


class FSGANTrainer:
    """Implements `paintreel.learn.engine.loop.Trainer`.

    pairs: [(photo, teacher)]; art: panels; held_out: photographs for samples and measures; all
    (H, W, 3) uint8. weights: sampling frequency of each pair.
    """

    def __init__(
        self,
        settings: FSGANSettings,
        *,
        pairs: list[tuple[Array, Array]],
        art: list[Array],
        held_out: list[tuple[Array, Array]],
        world: World,
        weights: Array | None = None,
    ) -> None:
        s = self.settings = settings
        self.world, self.device = world, world.device
        torch.manual_seed(s.seed)
        self.rng = np.random.default_rng([s.seed, world.rank])
        self._noise = torch.Generator().manual_seed(s.seed + world.rank)
        config = PRESETS[s.preset]
        layout = torch.channels_last
        self.generator = Generator(config).to(self.device, memory_format=layout)
        self.critics = nn.ModuleDict({name: make(config) for name, make in CRITICS.items()})
        self.critics.to(self.device, memory_format=layout)
        torch.manual_seed(s.seed + 1 + world.rank)
        self.parallel_generator = world.wrap(self.generator)
        self.parallel_critics = {name: world.wrap(c) for name, c in self.critics.items()}
        self.average = WeightAverage(self.generator, s.ema_decay)
        self.optimiser = torch.optim.Adam(self.generator.parameters(), s.rate, (0.9, 0.99))
        self.critic_optimiser = torch.optim.Adam(
            self.critics.parameters(), s.critic_rate, (0.5, 0.99)
        )
        self.balance = GradientBalance()
        self.rate_factor = 1.0
        draw = {"crop_px": s.crop_px, "batch": s.batch, "rng": self.rng}
        self.photos = CropSampler(pairs, weights=weights, **draw)
        self.art = CropSampler([(a,) for a in art], zoom=s.art_zoom, **draw)
        self.held_out = held_out

    def step(self, progress: float) -> dict[str, float]:
        s = self.settings
        photo, teacher = (self._to_device(x) for x in self.photos())
        presence = min(max((progress - s.warmup) / max(s.ramp, 1e-6), 0.0), 1.0)
        self._set_rates(progress)
        self.generator.train()
        with torch.autocast(self.device.type, torch.bfloat16):
            painted = self.parallel_generator(self._grainy(photo))
        logged = self._critic_step(photo, painted.detach()) if presence > 0 else {}
        terms = {
            "painted": painted_loss(painted, teacher, ink=s.ink_weight),
            "content": content_loss(painted, photo),
            "flat": flatness_loss(painted),
            "stable": self._stability(photo, painted),
        }
        return logged | self._generator_step(terms, painted, presence)

    def _grainy(self, photo: Tensor) -> Tensor:
        """Half of the crops under grain: the teacher never shows it, so it is painted away."""
        sigma = self.rng.uniform(-self.settings.grain, self.settings.grain, len(photo))
        sigma = torch.from_numpy(np.maximum(sigma, 0).astype(np.float32)).to(self.device)
        return grainy(photo, sigma, self._noise)

    def _stability(self, photo: Tensor, painted: Tensor) -> Tensor:
        shift = draw_shift(self.rng)
        moved = self._grainy(shifted(photo, shift))
        with torch.no_grad(), torch.autocast(self.device.type, torch.bfloat16):
            other = self.generator(moved)
        return stability_loss(painted, other, shift)

    def _critic_step(self, photo: Tensor, painted: Tensor) -> dict[str, float]:
        s = self.settings
        art = self._to_device(self.art()[0])
        blurred = edge_blurred(art)
        self.critics.requires_grad_(True)
        losses = {}
        for name, critic in self.parallel_critics.items():
            fakes = [painted, photo] + ([blurred] if name == "texture" else [])
            weights = [1.0, s.photo_negative] + ([s.boundary] if name == "texture" else [])
            with torch.autocast(self.device.type, torch.bfloat16):
                scores = critic(torch.cat([art, *fakes])).float().chunk(len(fakes) + 1)
            losses[f"critic_{name}"] = critic_loss(scores[0], list(scores[1:]), weights)
        self.critic_optimiser.zero_grad(set_to_none=True)
        torch.stack(list(losses.values())).sum().backward()
        self.critic_optimiser.step()
        return {name: loss.item() for name, loss in losses.items()}

    def _generator_step(
        self, terms: dict[str, Tensor], painted: Tensor, presence: float
    ) -> dict[str, float]:
        always = {"painted", "stable"}
        shares = {
            name: share * (1.0 if name in always else presence)
            for name, share in self.settings.shares.items()
        }
        if presence > 0:
            self.critics.requires_grad_(False)
            for name, critic in self.critics.items():
                with torch.autocast(self.device.type, torch.bfloat16):
                    score = critic(painted)
                terms[name] = generator_loss(score.float())
        self.optimiser.zero_grad(set_to_none=True)
        self.balance.backward(terms, shares, painted)
        nn.utils.clip_grad_norm_(self.generator.parameters(), 1.0)
        self.optimiser.step()
        self.average.update(self.generator)
        return {name: term.item() for name, term in terms.items()}

    def _set_rates(self, progress: float) -> None:
        s = self.settings
        if progress < s.warmup:
            left = min(1.0, (1 - progress / s.warmup) / 0.4)
            rate = s.adversarial_rate + left * (s.rate - s.adversarial_rate)
        else:
            left = min(1.0, (1 - progress) / 0.25)
            rate = s.adversarial_rate * max(left, 0.02)
        for group in self.optimiser.param_groups:
            group["lr"] = rate * self.rate_factor
        for group in self.critic_optimiser.param_groups:
            group["lr"] = s.critic_rate * self.rate_factor

    def _to_device(self, x: Array) -> Tensor:
        tensor = torch.from_numpy(x).to(self.device, non_blocking=True)
        return tensor.contiguous(memory_format=torch.channels_last)

    @torch.no_grad()
    def _paint(self, picture: Array) -> Array:
        """Averaged generator on one (H, W, 3) uint8 picture, cropped to the size multiple."""
        m = Generator.multiple
        height, width = (side // m * m for side in picture.shape[:2])
        x = picture[:height, :width].transpose(2, 0, 1)[None].astype(np.float32) / 255
        y = self.average.module(torch.from_numpy(x).to(self.device))
        return (y[0].permute(1, 2, 0).cpu().numpy() * 255 + 0.5).astype(np.uint8)

    def sample_sheet(self) -> Array:
        """Photograph, teacher, result in rows, each shrunk into 480 x 640 px if it is larger."""
        rows = []
        for photo, teacher in self.held_out[:6]:
            result = self._paint(photo)
            height, width = result.shape[:2]
            scale = min(1.0, 480 / height, 640 / width)
            size = (max(1, int(width * scale)), max(1, int(height * scale)))
            trio = (photo[:height, :width], teacher[:height, :width], result)
            row = np.hstack([cv2.resize(x, size, interpolation=cv2.INTER_AREA) for x in trio])
            canvas = np.full((480, 3 * 640, 3), 255, np.uint8)
            canvas[: row.shape[0], : row.shape[1]] = row
            rows.append(canvas)
        return np.vstack(rows)

    def measures(self) -> dict[str, float]:
        """Medians over held-out photographs of the abstraction measures."""
        found = []
        for photo, _teacher in self.held_out[:16]:
            result = self._paint(photo)
            same = photo[: result.shape[0], : result.shape[1]]
            found.append(
                (gini_gradient(result), texture_residual(result), edge_correlation(result, same))
            )
        gini, residual, edges = np.median(found, axis=0)
        return {"gini": float(gini), "residual": float(residual), "edges": float(edges)}

    def snapshot(self) -> dict[str, Tensor]:
        return self.average.snapshot()

    def slow_down(self) -> None:
        self.rate_factor *= 0.5

    def state_dict(self) -> dict:
        return {
            "generator": self.generator.state_dict(),
            "critics": self.critics.state_dict(),
            "average": self.average.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "critic_optimiser": self.critic_optimiser.state_dict(),
            # Every process has its own crops, and its own norms measured on them.
            "ranks": self.world.gather(
                {
                    "balance": self.balance.state_dict(),
                    "rng": rng_state(self.rng),
                    "noise": self._noise.get_state(),
                }
            ),
            "rate_factor": self.rate_factor,
        }

    def load_state_dict(self, state: dict) -> None:
        self.generator.load_state_dict(state["generator"])
        self.critics.load_state_dict(state["critics"])
        self.average.load_state_dict(state["average"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.critic_optimiser.load_state_dict(state["critic_optimiser"])
        own = own_part(state["ranks"], self.world.rank, self.world.size)
        self.balance.load_state_dict(own["balance"])
        restore_rng(self.rng, own["rng"])
        self._noise.set_state(own["noise"].cpu())
        self.rate_factor = state["rate_factor"]
