"""AttnGAN-like: words of a caption attend to regions of a picture that grows in three stages.

Paper: Xu et al. 2018, "AttnGAN: Fine-Grained Text to Image Generation with Attentional Generative
Adversarial Networks". Conditioning augmentation; a first stage from noise and sentence (Eq. 3);
stages that attend to words (Eq. 2) and double the side; a critic a stage, of a picture alone and
with its sentence (Eq. 6); a matching of words and regions (DAMSM, Eq. 7 to 13, in `losses.words`).

Differences from the paper
- Stages of 32, 64 and 128 px instead of 64, 128 and 256; widths for a processor.
- The caption encoder is a bidirectional GRU over a small closed vocabulary instead of an LSTM
  over natural captions, and the sentence is the mean of the words.
- Encoders of words and pictures are learnt along with the rest, on true pairs alone, instead of
  beforehand with an Inception-v3: there is no caption but those made of category, hour, season,
  weather and elements.
- Batch norm is left out: pictures of a batch of four would depend on each other. Critics have
  spectral norm.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn.functional import glu, interpolate, leaky_relu

from paintreel.learn.blocks.residual import PlainResidual
from paintreel.learn.data.captions import VOCABULARY
from paintreel.learn.models.word_painter import WordPainter, normed_conv

STAGES = 3
_START_PX = 4


@dataclass(frozen=True)
class AttnGANConfig:
    """side_px: of the last stage.  words, noise, condition: sizes of a word's features, of the
    noise, of the augmented sentence.  width: channels of a stage; critic_width: of a critic's first
    layer.
    """

    side_px: int = 128
    words: int = 64
    noise: int = 64
    condition: int = 64
    width: int = 32
    critic_width: int = 24

    @property
    def sides_px(self) -> tuple[int, ...]:
        """Of the stages."""
        return tuple(self.side_px >> k for k in reversed(range(STAGES)))


class CaptionEncoder(nn.Module):
    """words (N, L) int64 to (features (N, D, L), sentence (N, D), there (N, L) bool)."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(len(VOCABULARY) + 1, size, padding_idx=0)
        self.memory = nn.GRU(size, size // 2, batch_first=True, bidirectional=True)

    def forward(self, words: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        there = words > 0
        features, _last = self.memory(self.embedding(words))
        features = features * there[..., None]
        sentence = features.sum(dim=1) / there.sum(dim=1, keepdim=True).clamp(min=1)
        return features.transpose(1, 2), sentence, there


class PictureEncoder(nn.Module):
    """Pictures (N, 3, S, S) in [0, 1] to (regions (N, D, R), whole (N, D))."""

    def __init__(self, size: int) -> None:
        super().__init__()
        widths = (3, 24, 48, 64)
        self.layers = nn.ModuleList(nn.Conv2d(i, o, 4, 2, 1) for i, o in pairwise(widths))
        self.regions = nn.Conv2d(widths[-1], size, 1)
        self.whole = nn.Linear(widths[-1], size)

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        x = interpolate(pictures, (64, 64), mode="bilinear", antialias=True) * 2 - 1
        for layer in self.layers:
            x = leaky_relu(layer(x), 0.2)
        return self.regions(x).flatten(2), self.whole(x.mean(dim=(2, 3)))


def _growing(c_in: int, c_out: int) -> nn.Module:
    """Twice the side, by the nearest pixel, a convolution and a gated linear unit."""
    return nn.Sequential(
        nn.Upsample(scale_factor=2, mode="nearest"),
        nn.Conv2d(c_in, 2 * c_out, 3, padding=1),
        nn.GLU(dim=1),
    )


class WordAttention(nn.Module):
    """Features (N, C, H, W) and words (N, D, L) to what each place attends to, (N, C, H, W)."""

    def __init__(self, channels: int, words: int) -> None:
        super().__init__()
        self.project = nn.Conv1d(words, channels, 1, bias=False)

    def forward(self, x: Tensor, words: Tensor, there: Tensor) -> Tensor:
        projected = self.project(words)
        scores = torch.einsum("nchw,ncl->nlhw", x, projected) / x.shape[1] ** 0.5
        scores = scores.float().masked_fill(~there[:, :, None, None], -1e4)
        seen: Tensor = torch.einsum(
            "nlhw,ncl->nchw", scores.softmax(dim=1), projected.to(scores.dtype)
        )
        return seen


class AttnGAN(WordPainter):
    """As `WordPainter`; a picture a stage. The encoders are its own and learn with it."""

    def __init__(self, config: AttnGANConfig = AttnGANConfig()) -> None:
        super().__init__()
        self.config = config
        self.noise_size, self.side_px = config.noise + config.condition, config.side_px
        self.captions = CaptionEncoder(config.words)
        self.pictures = PictureEncoder(config.words)
        self.augment = nn.Linear(config.words, 4 * config.condition)
        wide = 4 * config.width
        self.start = nn.Linear(config.noise + config.condition, 2 * wide * _START_PX**2)
        first: list[nn.Module] = []
        side, channels = _START_PX, wide
        while side < config.sides_px[0]:
            narrower = max(config.width, channels // 2)
            first.append(_growing(channels, narrower))
            side, channels = 2 * side, narrower
        self.first = nn.Sequential(*first)
        self.attention = nn.ModuleList(
            WordAttention(channels, config.words) for _ in range(STAGES - 1)
        )
        self.later = nn.ModuleList(
            nn.Sequential(PlainResidual(2 * channels), _growing(2 * channels, channels))
            for _ in range(STAGES - 1)
        )
        self.heads = nn.ModuleList(nn.Conv2d(channels, 3, 3, padding=1) for _ in range(STAGES))

    def condition(self, sentence: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and logarithm of the variance of the augmented sentence, (N, condition) each."""
        mean, log_variance = glu(self.augment(sentence), dim=1).chunk(2, dim=1)
        return mean, log_variance

    def forward(
        self, noise: Tensor, words: Tensor, category: Tensor, texture: Tensor | None = None
    ) -> list[Tensor]:
        features, sentence, there = self.captions(words)
        return self.paint(noise, features, sentence, there)[0]

    def paint(
        self, noise: Tensor, features: Tensor, sentence: Tensor, there: Tensor
    ) -> tuple[list[Tensor], Tensor, Tensor]:
        """(pictures, mean, log variance) of encoded captions.

        The last part of the noise moves the sentence within its variance.
        """
        mean, log_variance = self.condition(sentence)
        own, spread = noise[:, : self.config.noise], noise[:, self.config.noise :]
        given = mean + (0.5 * log_variance).exp() * spread
        x = glu(self.start(torch.cat([own, given], dim=1)), dim=1)
        x = self.first(x.view(len(noise), -1, _START_PX, _START_PX))
        pictures = [(self.heads[0](x).float().tanh() + 1) / 2]
        for attention, later, head in zip(self.attention, self.later, self.heads[1:], strict=True):
            x = later(torch.cat([x, attention(x, features, there).to(x.dtype)], dim=1))
            pictures.append((head(x).float().tanh() + 1) / 2)
        return pictures, mean, log_variance


class StageCritic(nn.Module):
    """Pictures (N, 3, S, S) and sentences (N, D) to logits (N, 2): alone, and with the sentence."""

    def __init__(self, side_px: int, words: int, width: int) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        channels, side = 3, side_px
        while side > _START_PX:
            wider = min(width * 4, width if channels == 3 else 2 * channels)
            layers += [normed_conv(channels, wider, 4, 2, 1), nn.LeakyReLU(0.2)]
            channels, side = wider, side // 2
        self.layers = nn.Sequential(*layers)
        self.alone = normed_conv(channels, 1, _START_PX)
        self.joined = normed_conv(channels + words, channels, 3, 1, 1)
        self.matched = normed_conv(channels, 1, _START_PX)

    def forward(self, pictures: Tensor, sentences: Tensor) -> Tensor:
        x = self.layers(pictures * 2 - 1)
        tiled = sentences[:, :, None, None].expand(-1, -1, _START_PX, _START_PX)
        both = leaky_relu(self.joined(torch.cat([x, tiled.to(x.dtype)], dim=1)), 0.2)
        return torch.cat([self.alone(x), self.matched(both)], dim=1).flatten(1)


def make_critics(config: AttnGANConfig) -> dict[str, nn.Module]:
    """One a stage, by the side of its pictures."""
    return {
        f"at_{side}": StageCritic(side, config.words, config.critic_width)
        for side in config.sides_px
    }


PRESETS = {
    "tiny": AttnGANConfig(side_px=64, words=8, noise=8, condition=8, width=4, critic_width=4),
    "light": AttnGANConfig(),
}
