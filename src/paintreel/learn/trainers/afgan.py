"""Training of AFGAN: portraits and their teacher first, then the losses of U-GAT-IT beside it.

Two phases in one budget. In the warm-up the generator learns what the teacher draws
(`data.portrait_pairs`): L1 with ink, differences, features of EfficientNet, and where the drawing
is to be seen. Then critics of drawn faces, far and near, cycle and identity with a generator that
goes back, and the attention's classifier come in, with the weights of Kim et al. 2020 (1, 10, 10
and 1000), all of it times `refine`: the teacher keeps the upper hand, for drawn faces are few.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np
import torch
from torch import Tensor, nn

from paintreel.errors import DataError, InputError
from paintreel.imaging.arrays import Array
from paintreel.learn.data.crops import CropSampler
from paintreel.learn.data.folders import MIN_SIDE_PX, PictureFolder, load_pictures, scan
from paintreel.learn.data.portrait_pairs import PortraitPair, PortraitSampler, portrait_pairs
from paintreel.learn.engine.adversary import Adversary
from paintreel.learn.engine.distributed import ProcessGroup, join_process_group
from paintreel.learn.engine.pace import Phase, least_steps
from paintreel.learn.engine.parts import (
    Learner,
    Randomness,
    StepTrainer,
    on_device,
    seeded,
    to_device,
)
from paintreel.learn.engine.precision import Precision
from paintreel.learn.engine.workload import Workload
from paintreel.learn.export.traced import PICTURES, export_traced
from paintreel.learn.losses.features import grey, map_distance
from paintreel.learn.losses.painted import colour_loss, painted_loss
from paintreel.learn.losses.stylizers import domain_loss
from paintreel.learn.models.afgan import PRESETS, AFGANGenerator, DrawnView, Served
from paintreel.learn.models.efficientnet import load_efficientnet
from paintreel.learn.models.ugatit import UGATITCritic
from paintreel.learn.trainers.headed_critics import fooled_by_heads, judge_by_heads
from paintreel.learn.trainers.start import credit_of
from paintreel.learn.trainers.training_run import Folders, Run, Trained, progress_of
from paintreel.portraits.settings import PortraitSettings
from paintreel.runtime.afgan_names import ATTENTION
from paintreel.runtime.catalog import find_model
from paintreel.runtime.model import Model

TAPS = ("stage1", "stage2", "stage3")
_MAX_NORM = 20.0
_SHOWN = 12


@dataclass(frozen=True)
class AFGANSettings:
    """What a recipe may set; lengths in pixels, shares of 1.

    base: style, by name or file, in which the teacher paints what is no face.
    side_px: of the squares that are learnt from; views: of each face; rooms: how much they show,
    1 from the brow to the chin.
    warmup: part of the budget on the teacher alone.
    painted, features, colour, shown: weights of the teacher's terms. adversary, cycle, identity,
    attention: of U-GAT-IT's, as published, all of them times refine.
    ink_weight: how much more an error counts where the teacher drew ink.
    Raises InputError for values that no run can use, before anything is loaded.
    """

    preset: str = "light"
    seed: int = 0
    base: str = "hereva"
    side_px: int = 224
    views: int = 3
    rooms: tuple[float, ...] = (1.25, 2.2)
    batch: int = 4
    rate: float = 1e-3
    critic_rate: float = 2e-4
    warmup: float = 0.85
    painted: float = 20.0
    colour: float = 10.0
    features: float = 3.0
    shown: float = 4.0
    adversary: float = 1.0
    cycle: float = 10.0
    identity: float = 10.0
    attention: float = 1000.0
    refine: float = 0.05
    ink_weight: float = 3.0
    ema_decay: float = 0.996
    max_side_px: int = 800
    max_photos: int = 2000
    max_art: int = 2000
    only_art: tuple[str, ...] = ()
    held_out_art: tuple[str, ...] = ()
    only_photos: tuple[str, ...] = ()
    held_out_photos: tuple[str, ...] = ()
    teacher: PortraitSettings = field(default_factory=PortraitSettings)

    def __post_init__(self) -> None:
        cell = AFGANGenerator.multiple
        weights = (
            *(self.colour, self.features, self.shown, self.adversary, self.cycle),
            *(self.identity, self.attention, self.refine, self.ink_weight),
        )
        checks = {
            f"preset is one of {', '.join(PRESETS)}": self.preset in PRESETS,
            f"side_px is a multiple of {cell}, 64 or more": (
                self.side_px >= 64 and self.side_px % cell == 0
            ),
            "batch, views, max_photos and max_art are 1 or more": (
                min(self.batch, self.views, self.max_photos, self.max_art) >= 1
            ),
            "rooms are two, from small to large, 0.5 to 4": (
                len(self.rooms) == 2 and 0.5 <= self.rooms[0] <= self.rooms[1] <= 4
            ),
            f"max_side_px is {MIN_SIDE_PX} or more": self.max_side_px >= MIN_SIDE_PX,
            "seed is 0 or more": self.seed >= 0,
            "rates are above 0": min(self.rate, self.critic_rate) > 0,
            "warmup is 0 to 1": 0 <= self.warmup <= 1,
            "weights are not below 0 and painted is above it": (
                min(weights) >= 0 and self.painted > 0
            ),
            "ema_decay is 0 to below 1": 0 <= self.ema_decay < 1,
        }
        if wrong := [rule for rule, holds in checks.items() if not holds]:
            raise InputError(f"these settings cannot be trained with: {'; '.join(wrong)} must hold")


class AFGANTrainer(StepTrainer[AFGANGenerator]):
    """Implements `paintreel.learn.engine.loop.Trainer`.

    pairs: portraits with their teacher; drawn: pictures of drawn faces, (H, W, 3) uint8; held_out:
    pairs that are shown and measured.
    """

    caption = "photograph, teacher, result, where it is seen"

    def __init__(
        self,
        settings: AFGANSettings,
        *,
        pairs: Sequence[PortraitPair],
        drawn: Sequence[Array],
        held_out: Sequence[PortraitPair],
        group: ProcessGroup,
    ) -> None:
        s = self.settings = settings
        config = PRESETS[s.preset]
        with seeded(s.seed, group):
            generator, back = AFGANGenerator(config), AFGANGenerator(config)
            critics = {
                f"{domain}_{reach}": UGATITCritic(layers, config.critic_width)
                for domain in ("drawn", "photo")
                for reach, layers in (("far", config.far), ("near", config.near))
            }
        self.learner, self.back = (self._learner(each, group) for each in (generator, back))
        precision = Precision(group.device)
        self.adversary = Adversary(
            critics, rate=s.critic_rate, momentum=(0.5, 0.999), group=group, precision=precision
        )
        self.efficient = on_device(load_efficientnet(), group) if s.features else None
        super().__init__(
            self.learner,
            Randomness(s.seed, group),
            group=group,
            parts={"adversary": self.adversary, "back": self.back},
            precision=precision,
        )
        phases = {"the warm-up": s.warmup, "the part with adversaries": 1 - s.warmup}
        least = least_steps(s.ema_decay)
        self.phases = [Phase(name, share, least) for name, share in phases.items() if share > 0]
        self.portraits = PortraitSampler(pairs, batch=s.batch, rng=self.rng)
        self.drawn = CropSampler(
            [(x,) for x in drawn], crop_px=s.side_px, batch=s.batch, rng=self.rng
        )
        self.held_out = held_out

    def _learner(self, network: AFGANGenerator, group: ProcessGroup) -> Learner[AFGANGenerator]:
        s = self.settings
        return Learner(
            network,
            lambda each: torch.optim.Adam(each.parameters(), s.rate, (0.9, 0.99)),
            ema_decay=s.ema_decay,
            group=group,
            view=DrawnView,
        )

    def workload(self) -> Workload:
        """The generator on a batch of portraits."""
        s = self.settings
        return Workload(self.learner.network, [(s.batch, 3, s.side_px, s.side_px)])

    def step(self, progress: float) -> dict[str, float]:
        photo, teacher, share = (to_device(x, self.group) for x in self.portraits())
        self._set_rates(progress)
        self.learner.network.train()
        with self.precision.autocast():
            painted, shown, of_photo = self.learner.parallel(photo)
        s = self.settings
        terms = {
            "painted": painted_loss(painted, teacher, ink=s.ink_weight),
            "colour": colour_loss(painted, teacher),
            "shown": (shown - share).abs().mean(),
        }
        if self.efficient is not None:
            terms["features"] = self._feature_loss(painted, teacher)
        logged: dict[str, float] = {}
        weights = {name: getattr(s, name) for name in terms}
        learners = [self.learner]
        if progress >= s.warmup and s.refine:
            drawn = to_device(self.drawn()[0], self.group)
            refined, logged = self._refined(photo, painted, of_photo.float(), drawn)
            terms |= refined
            weights |= {name: s.refine * getattr(s, name) for name in refined}
            learners.append(self.back)
        for learner in learners:
            learner.clear()
        total = torch.stack([weights[name] * term for name, term in terms.items()]).sum()
        total.backward()  # type: ignore[no-untyped-call]
        for learner in learners:
            learner.update(max_norm=_MAX_NORM)
            learner.network.keep_rho_in_bounds()
        return logged | {name: term.item() for name, term in terms.items()}

    def _feature_loss(self, painted: Tensor, teacher: Tensor) -> Tensor:
        """Relative distance of the features of both, on grey at half their size."""
        assert self.efficient is not None, "asked for where it has a weight"
        mine, theirs = (nn.functional.avg_pool2d(grey(x), 2) for x in (painted, teacher))
        with self.precision.autocast():
            with torch.no_grad():
                wanted = self.efficient.maps(theirs, TAPS)
            got = self.efficient.maps(mine, TAPS)
        return torch.stack([map_distance(a, b) for a, b in zip(got, wanted, strict=True)]).mean()

    def _refined(
        self, photo: Tensor, painted: Tensor, of_photo: Tensor, drawn: Tensor
    ) -> tuple[dict[str, Tensor], dict[str, float]]:
        """The terms of U-GAT-IT, and what its critics lost."""
        to_drawn, to_photo = self.learner.parallel, self.back.parallel
        self.back.network.train()
        with self.precision.autocast():
            undrawn, _share, of_drawn = to_photo(drawn)
            photo_again, *_ = to_photo(painted)
            drawn_again, *_ = to_drawn(undrawn)
            same_drawn, _share, of_same_drawn = to_drawn(drawn)
            same_photo, _share, of_same_photo = to_photo(photo)
        pictures = {"drawn": (drawn, painted), "photo": (photo, undrawn)}
        logged = judge_by_heads(self.adversary, pictures)
        told = [(of_photo, True), (of_drawn, True), (of_same_drawn, False), (of_same_photo, False)]
        return {
            "adversary": fooled_by_heads(
                self.adversary,
                {name: fake for name, (_, fake) in pictures.items()},
                self.precision,
            ),
            "cycle": _l1(photo_again, photo) + _l1(drawn_again, drawn),
            "identity": _l1(same_drawn, drawn) + _l1(same_photo, photo),
            "attention": torch.stack(
                [domain_loss(logits.float(), is_source=source) for logits, source in told]
            ).sum(),
        }, logged

    def _set_rates(self, progress: float) -> None:
        s = self.settings
        fall = 0.04 + 0.96 * 0.5 * (1 + np.cos(np.pi * min(progress, 1.0)))
        self.learner.set_rate(s.rate * fall * self.rate_factor)
        self.back.set_rate(s.rate * 0.5 * self.rate_factor)
        self.adversary.set_rate(s.critic_rate * self.rate_factor)

    def sample_sheet(self) -> Array:
        """Photograph, teacher, result and where it is seen, a portrait a row, two in a row."""
        rows = []
        for pair in self.held_out[:_SHOWN]:
            picture, share = draw(self.average.module, pair.photo)
            seen = np.repeat((share * 255 + 0.5).astype(np.uint8)[..., None], 3, axis=2)
            rows.append(np.hstack([pair.photo, pair.teacher, picture, seen]))
        if len(rows) % 2:
            rows.append(np.full_like(rows[0], 255))
        return np.vstack([np.hstack(rows[k : k + 2]) for k in range(0, len(rows), 2)])

    def measures(self) -> dict[str, float]:
        """Mean distances of held-out portraits to their teacher, in levels of 255."""
        away, from_photo = [], []
        for pair in self.held_out:
            picture, _share = draw(self.average.module, pair.photo)
            teacher = pair.teacher.astype(np.float32)
            away.append(np.abs(picture - teacher).mean())
            from_photo.append(np.abs(pair.photo - teacher).mean())
        return {"to_teacher": float(np.mean(away)), "photo_to_teacher": float(np.mean(from_photo))}


@torch.no_grad()
def draw(network: AFGANGenerator, photo: Array) -> tuple[Array, Array]:
    """((S, S, 3) uint8, (S, S) float32 in [0, 1]) of a portrait (S, S, 3) uint8."""
    device = next(network.parameters()).device
    x = photo.transpose(2, 0, 1)[None].astype(np.float32) / 255
    picture, share, _logits = network.drawn(torch.from_numpy(x).to(device))
    y = picture[0].clamp(0, 1).permute(1, 2, 0).cpu().numpy()
    return (y * 255 + 0.5).astype(np.uint8), share[0, 0].float().cpu().numpy()


def _l1(y: Tensor, truth: Tensor) -> Tensor:
    return 2 * (y.float() - truth).abs().mean()  # of values in [-1, 1], as published


def train_afgan(run: Run, folders: Folders) -> Trained[AFGANGenerator] | None:
    """Check the folders, draw the teacher, train; None on followers of torchrun.

    Raises DataError for unusable folders, and for photographs without faces.
    """
    find_model(run.settings.base, "stylize")  # unknown names are told before anything is done
    art, photos = folders.art, folders.photos
    assert photos is not None, "afgan needs photographs"
    more = [x for x in (folders.faces,) if x is not None]
    run.claim(art, photos, *more)
    scanned = scan(art, what="--art"), scan(photos, what="--photos")
    drawn = [scan(x, what="--faces") for x in more]
    with join_process_group() as group:
        trainer, data_hash = _prepare(*scanned, drawn, run.settings, group)
        training = run.train(trainer, group=group, data_hash=data_hash)
    if training is None:
        return None
    training |= {
        "portraits": len(trainer.portraits.pairs) // run.settings.views,
        "drawn_pictures": len(trainer.drawn.groups),
        "measures": trainer.measures(),
    }
    return Trained(trainer.average.module, training)


def _prepare(
    art: PictureFolder,
    photos: PictureFolder,
    faces: Sequence[PictureFolder],
    s: AFGANSettings,
    group: ProcessGroup,
) -> tuple[AFGANTrainer, str]:
    art, _ = art.only(s.only_art).split(s.held_out_art)
    photos = photos.only(s.only_photos) if s.only_photos else photos
    photos, held_photos = photos.split(s.held_out_photos)
    rng = np.random.default_rng(s.seed)
    if not photos.paths or not art.paths:
        raise DataError("every picture of --art or --photos is held out; nothing to train on")
    if not held_photos.paths:
        photos, held_photos = photos.set_aside(rng)
    art, photos = art.draw(s.max_art, rng), photos.draw(s.max_photos, rng)
    aside = held_photos.draw(2 * _SHOWN, rng)
    pictures, samples = (
        load_pictures(x, what="--photos", max_side_px=s.max_side_px) for x in (photos, aside)
    )
    drawn = [
        _as_square(x, s.side_px)
        for folder, name in ((art, "--art"), *((each, "--faces") for each in faces))
        for x in load_pictures(folder, what=name, max_side_px=s.max_side_px)
    ]
    model = Model(find_model(s.base, "stylize").path, precision="f32")

    def pairs(batch: list[Array], views: int, said: str) -> list[PortraitPair]:
        return portrait_pairs(
            batch,
            model.run_image,
            s.teacher,
            side_px=s.side_px,
            views=views,
            rooms=(s.rooms[0], s.rooms[1]),
            rng=np.random.default_rng(s.seed),
            on_progress=progress_of(said, speak=group.leads),
        )

    learnt = pairs(pictures, s.views, "drawing the portraits by rule")
    held_out = pairs(samples, 1, "drawing those held out")
    if not learnt or not held_out:
        raise DataError(f"no faces were found in {photos.root}; give photographs of people")
    trainer = AFGANTrainer(s, pairs=learnt, drawn=drawn, held_out=held_out, group=group)
    hashes = {"art": art, "photos": photos}
    if faces:
        hashes["faces"] = faces[0]
    return trainer, ", ".join(f"{name} {each.hash()[:16]}" for name, each in hashes.items())


def _as_square(x: Array, side_px: int) -> Array:
    """Its middle square, not smaller than what is cut from it."""
    side = min(x.shape[:2])
    top, left = (n - side for n in x.shape[:2])
    square = x[top // 2 : top // 2 + side, left // 2 : left // 2 + side]
    if side >= side_px and side <= 1.3 * side_px:
        return square
    size = round(1.15 * side_px)
    how = cv2.INTER_AREA if side > size else cv2.INTER_CUBIC
    return cv2.resize(square, (size, size), interpolation=how)


def export_trained(trained: Trained[AFGANGenerator], path: Any, run: Run) -> None:
    """Write the weights to `path` (.onnx), in f16, and their card beside it."""
    network = trained.model
    contract = run.contract(
        task="stylize",
        multiple=network.multiple,
        halo_px=network.halo_px,
        tiling=network.tiling,
        credit=credit_of(run.facts.credit, trained.training),
    )
    sizes = ((1, 16, 16), (2, 12, 20), (1, 28, 28))
    checks = [
        (torch.rand(n, 3, 8 * h, 8 * w, generator=torch.Generator().manual_seed(k)),)
        for k, (n, h, w) in enumerate(sizes)
    ]
    parity = export_traced(
        Served(network),
        path,
        inputs={contract.input: PICTURES},
        outputs={contract.output: PICTURES, ATTENTION: PICTURES},
        sample=checks[0],
        checks=checks,
        metadata=contract.metadata(),
    )
    run.write_card(path, trained.training | {"torch_parity": float(f"{parity.runtime:.1e}")})
