from __future__ import annotations

import pytest
import torch

from paintreel.learn.losses.balance import GradientBalance


def make_output():
    """A parameter of six numbers and an output equal to it."""
    weight = torch.ones(6, requires_grad=True)
    return weight, weight * 1.0


def terms_of(output, **scales):
    """Linear terms whose gradients stand at right angles: each owns two of the numbers."""
    return {
        name: scale * output[2 * k : 2 * k + 2].sum()
        for k, (name, scale) in enumerate(scales.items())
    }


def parts(gradient):
    return [gradient[2 * k : 2 * k + 2].norm().item() for k in range(3)]


@pytest.mark.parametrize("scales", [(1.0, 1.0, 1.0), (1e6, 1e-6, 3.0), (1e-5, 1e3, 1e-5)])
def test_shares_hold_whatever_the_scale(scales):
    weight, output = make_output()
    terms = terms_of(output, **dict(zip("abc", scales, strict=True)))
    GradientBalance().backward(terms, {"a": 0.5, "b": 0.3, "c": 0.2}, output)
    assert parts(weight.grad) == pytest.approx([0.5, 0.3, 0.2], rel=1e-5)


def test_shares_count_relative_to_their_sum():
    weight, output = make_output()
    GradientBalance().backward(terms_of(output, a=1.0, b=7.0), {"a": 5.0, "b": 15.0}, output)
    assert parts(weight.grad) == pytest.approx([0.25, 0.75, 0.0])


def test_a_share_of_zero_is_not_differentiated():
    weight, output = make_output()
    terms = terms_of(output, a=2.0) | {"frozen": torch.tensor(3.0)}  # has no graph
    balance = GradientBalance()
    balance.backward(terms, {"a": 1.0, "frozen": 0.0, "absent": 0.0}, output)
    assert parts(weight.grad) == pytest.approx([1.0, 0.0, 0.0])
    assert balance.norms.keys() == {"a"}


def test_norms_are_a_running_mean():
    balance = GradientBalance(decay=0.75)
    for scale in (4.0, 8.0):
        weight, output = make_output()
        balance.backward(terms_of(output, a=scale), {"a": 1.0}, output)
    mean = 0.75 * 4 * 2**0.5 + 0.25 * 8 * 2**0.5
    assert balance.norms["a"] == pytest.approx(mean)
    # A step larger than the mean moves further: the balance evens out terms, not steps.
    assert parts(weight.grad)[0] == pytest.approx(8 * 2**0.5 / mean)


def test_a_term_without_gradient_does_no_harm():
    weight, output = make_output()
    terms = {"flat": (output * 0).sum(), **terms_of(output, a=1.0)}
    GradientBalance().backward(terms, {"flat": 0.5, "a": 0.5}, output)
    assert weight.grad.isfinite().all()


def test_gradient_reaches_below_the_output():
    weight = torch.ones(6, requires_grad=True)
    output = weight * 3.0
    GradientBalance().backward({"a": output.sum()}, {"a": 1.0}, output)
    assert weight.grad.norm().item() == pytest.approx(3.0)


def test_state_round_trip():
    balance = GradientBalance()
    _, output = make_output()
    balance.backward(terms_of(output, a=1.0, b=2.0), {"a": 0.5, "b": 0.5}, output)
    other = GradientBalance()
    other.load_state_dict(balance.state_dict())
    assert other.norms == balance.norms
    other.norms["a"] = 0.0
    assert balance.norms["a"] > 0
