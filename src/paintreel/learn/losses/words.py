"""Losses of networks that paint from words (Xu et al. 2018, "AttnGAN", section 3)."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import cosine_similarity, cross_entropy, normalize

WORD_SHARPNESS, REGION_SHARPNESS, MATCH_SHARPNESS = 5.0, 5.0, 10.0
"""The paper's gamma 2, 1 and 3."""


def words_in_regions(words: Tensor, there: Tensor, regions: Tensor) -> Tensor:
    """How well each caption fits each picture by its words, (N pictures, N captions): Eq. 8 to 10.

    words    (N, D, L) of captions; there: (N, L) bool, where there is a word
    regions  (N, D, R) of pictures

    Each word is held against what it attends to of a picture's regions; the words' cosines are
    joined by a soft maximum.
    """
    fits = []
    for word, has in zip(words, there, strict=True):
        kept = word[:, has]
        similarity = torch.einsum("dl,ndr->nlr", kept, regions)
        attention = (REGION_SHARPNESS * similarity.softmax(dim=1)).softmax(dim=2)
        seen = torch.einsum("nlr,ndr->nld", attention, regions)
        cosine = cosine_similarity(seen, kept.T[None], dim=2)
        fits.append((WORD_SHARPNESS * cosine).logsumexp(dim=1) / WORD_SHARPNESS)
    return torch.stack(fits, dim=1)


def matching_loss(fits: Tensor, same: Tensor) -> Tensor:
    """Cross-entropy of finding a picture's caption and a caption's picture among N: Eq. 11 to 13.

    fits: (N, N) pictures by captions.  same: (N, N) bool, captions that say the same; those beside
    the own one are not counted as wrong.

    >>> sure = torch.tensor([[9.0, 0.0], [0.0, 9.0]])
    >>> matching_loss(sure, torch.eye(2, dtype=torch.bool)).item() < 1e-6
    True
    """
    alike = same & ~torch.eye(len(fits), dtype=torch.bool, device=fits.device)
    scores = (MATCH_SHARPNESS * fits).masked_fill(alike, -1e4)
    own = torch.arange(len(fits), device=fits.device)
    return cross_entropy(scores, own) + cross_entropy(scores.T, own)


def sentence_fits(sentences: Tensor, pictures: Tensor) -> Tensor:
    """Cosines of N pictures (N, D) with N captions (N, D), (N, N)."""
    return normalize(pictures, dim=1) @ normalize(sentences, dim=1).T


def divergence_from_normal(mean: Tensor, log_variance: Tensor) -> Tensor:
    """Kullback-Leibler divergence of normal distributions from the standard one, a mean over all.

    >>> divergence_from_normal(torch.zeros(2, 3), torch.zeros(2, 3)).item()
    0.0
    """
    return 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).mean()
