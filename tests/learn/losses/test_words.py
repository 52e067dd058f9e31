"""Matching of words and regions, by cases that can be told by hand."""

from __future__ import annotations

import math

import pytest
import torch

from paintreel.learn.losses.adversarial import steepness
from paintreel.learn.losses.words import (
    divergence_from_normal,
    matching_loss,
    sentence_fits,
    words_in_regions,
)


def test_a_word_is_found_where_a_region_is_like_it():
    """Two captions of one word each, two pictures each with a region like its own caption's."""
    words = torch.tensor([[[8.0, 0.0], [0.0, 0.0]], [[0.0, 0.0], [8.0, 0.0]]])  # (N, D, L)
    there = torch.tensor([[True, False], [True, False]])
    regions = torch.tensor([[[1.0, 0.0], [0.0, 0.0]], [[0.0, 0.0], [1.0, 0.0]]])  # (N, D, R)
    fits = words_in_regions(words, there, regions)
    torch.testing.assert_close(fits, torch.eye(2), atol=1e-5, rtol=0)
    same = torch.eye(2, dtype=torch.bool)
    assert matching_loss(fits, same) < matching_loss(fits.flip(0), same) - 1


def test_alike_captions_are_not_taken_for_wrong():
    fits = torch.tensor([[0.2, 0.9], [0.1, 0.3]])
    apart, alike = torch.eye(2, dtype=torch.bool), torch.ones(2, 2, dtype=torch.bool)
    assert matching_loss(fits, alike).item() == pytest.approx(0.0, abs=1e-6)
    rows = [math.log(1 + math.exp(10 * (b - a))) for a, b in ((0.2, 0.9), (0.3, 0.1))]
    columns = [math.log(1 + math.exp(10 * (b - a))) for a, b in ((0.2, 0.1), (0.3, 0.9))]
    expected = sum(rows) / 2 + sum(columns) / 2
    assert matching_loss(fits, apart).item() == pytest.approx(expected, rel=1e-5)


def test_sentences_by_cosine():
    pictures, sentences = torch.tensor([[3.0, 0.0]]), torch.tensor([[1.0, 0.0], [0.0, 2.0]])
    torch.testing.assert_close(sentence_fits(sentences, pictures), torch.tensor([[1.0, 0.0]]))


def test_divergence_by_hand():
    mean, log_variance = torch.tensor([[2.0, 0.0]]), torch.tensor([[0.0, math.log(4.0)]])
    expected = (0.5 * 4 + 0.5 * (4 - 1 - math.log(4))) / 2
    assert divergence_from_normal(mean, log_variance).item() == pytest.approx(expected)


def test_steepness_of_a_line():
    real = torch.rand(3, 1, 2, 2, requires_grad=True)
    score = 3 * real[:, 0, 0, 0] - 4 * real[:, 0, 1, 1]
    assert steepness(score, real).item() == pytest.approx(25.0)
