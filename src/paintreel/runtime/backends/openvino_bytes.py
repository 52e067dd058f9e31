"""Graphs of OpenVINO with pictures of bytes in and out, (H, W, 3) as frames lie in memory.

A style ends in layers of paint: cells of its last convolution are shuffled to pixels
(DepthToSpace), and mixed with the picture one by one. Done in that order it is a dozen passes over
floats of full size, which take as long as half of the convolutions. So the order is turned round:
the picture is cut into cells of bytes, a cell's pixels and colours side by side as channels, the
paint is mixed into cells, and only the finished bytes are shuffled. Channels of the convolution
are put in the order of a cell beforehand; the convolution itself then does the mixing, too.
Measured at 1280x720, CPU milliseconds: 35 to 25 in bf16, 60 to 48 in f32.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.runtime.output_range import SAMPLE_STEP

__all__ = ["BytesGraph", "cells_shape", "from_cells", "graph_of_bytes", "to_cells"]

_PIXELWISE = frozenset(
    {"Add", "Subtract", "Multiply", "Divide", "Maximum", "Minimum", "Clamp", "Convert"}
    | {"Sigmoid", "Tanh", "Relu"}
)
"""Operations that treat every value by itself, so that the order of values does not matter."""

_NHWC = np.array([0, 2, 3, 1])
_NCHW = np.array([0, 3, 1, 2])
_BYTE = np.float32(255)
_LANES = 16
_COLOURS = 3


class BytesGraph(NamedTuple):
    """A graph of bytes, not yet compiled.

    Inputs: the picture (1, H, W, 3) uint8 and, where `cell_px` is not 1, its cells (1, H / cell,
    W / cell, cell * cell * 3), see `to_cells`. Outputs: the painted picture, in cells likewise, and
    every SAMPLE_STEP-th row and column of the floats that it is made of, (1, 3, h, w).
    """

    model: Any
    cell_px: int = 1


def graph_of_bytes(model: Any, output: str, multiple: int, *, in_cells: bool = True) -> BytesGraph:
    """Put uint8 NHWC in and out around a graph of one picture, (1, 3, H, W) float32 in [0, 1].

    model     is changed; to be used no more
    multiple  of which H and W are multiples
    in_cells  where it can: what is gained is measured on processors
    """
    turned = _in_cells(model, output, multiple) if in_cells else None
    return turned or _around(model, output)


def cells_shape(picture: Array, cell_px: int) -> tuple[int, int, int]:
    """Of what `to_cells` gives."""
    height, width, _ = picture.shape
    return height // cell_px, width // cell_px, cell_px * cell_px * _COLOURS


def to_cells(picture: Array, cell_px: int, out: Array | None = None) -> Array:
    """(H, W, 3) uint8, C-contiguous, to (H / cell, W / cell, cell * cell * 3).

    A cell is laid out row by row, each pixel with its three colours. `out` takes the result.

    >>> to_cells(np.arange(24, dtype=np.uint8).reshape(2, 4, 3), 2)[0, 1]
    array([ 6,  7,  8,  9, 10, 11, 18, 19, 20, 21, 22, 23], dtype=uint8)
    """
    height, width, _ = picture.shape
    if out is None:
        out = np.empty(cells_shape(picture, cell_px), np.uint8)
    rows = _runs(picture.reshape(height // cell_px, cell_px, width * _COLOURS), cell_px)
    np.copyto(_runs(out, cell_px), rows.swapaxes(1, 2))
    return out


def from_cells(cells: Array, cell_px: int) -> Array:
    """What `to_cells` has cut, as one picture again: an array of its own.

    >>> picture = np.arange(24, dtype=np.uint8).reshape(2, 4, 3)
    >>> bool((from_cells(to_cells(picture, 2), 2) == picture).all())
    True
    """
    height, width, _ = cells.shape
    rows = _runs(cells, cell_px).swapaxes(1, 2).copy(order="C")
    return rows.view(np.uint8).reshape(height * cell_px, width * cell_px, _COLOURS)


def _runs(values: Array, cell_px: int) -> Array:
    """A view in which the bytes of one row of a cell are one value: numpy moves them at once."""
    return values.view(np.dtype((np.void, cell_px * _COLOURS)))


def _around(model: Any, output: str) -> BytesGraph:
    """A graph of any kind: conversions alone."""
    from openvino import Model, Type
    from openvino import opset13 as ops

    (image,) = model.get_parameters()
    size = image.get_output_partial_shape(0)
    picture = ops.parameter([size[0], size[2], size[3], size[1]], Type.u8)
    planes = _floats(ops.transpose(picture, _NCHW))
    for use in image.output(0).get_target_inputs():
        use.replace_source_output(planes.output(0))
    floats = _source_of(model, output)
    outputs = [_bytes_of(floats), _sample(floats, SAMPLE_STEP)]
    return BytesGraph(Model(outputs, [picture], "bytes"))


class _Ending(NamedTuple):
    """The pixelwise end of a graph: which of its inputs take the picture, which a shuffle.

    A shuffle comes with its DepthToSpace.
    """

    image: list[Any]
    shuffles: list[tuple[Any, Any]]


def _in_cells(model: Any, output: str, multiple: int) -> BytesGraph | None:
    """A graph that ends pixelwise after shuffles of one size; None for another."""
    from openvino import Model, Type
    from openvino import opset13 as ops

    (image,) = model.get_parameters()
    floats = _source_of(model, output)
    ending = _ending_of(floats, image)
    if ending is None:
        return None
    sizes = {int(shuffle.get_attributes()["block_size"]) for _, shuffle in ending.shuffles}
    if len(sizes) != 1:
        return None
    (cell,) = sizes
    if multiple % cell or SAMPLE_STEP % cell:
        return None
    height, width = image.get_output_partial_shape(0)[2], image.get_output_partial_shape(0)[3]
    picture = ops.parameter([1, height, width, _COLOURS], Type.u8)
    parts = [side if side.is_dynamic else side.get_length() // cell for side in (height, width)]
    cells = ops.parameter([1, *parts, cell * cell * _COLOURS], Type.u8)
    planes = _floats(ops.transpose(cells, _NCHW))
    for use in ending.image:
        use.replace_source_output(planes.output(0))
    for use, shuffle in ending.shuffles:
        use.replace_source_output(_cells_of(shuffle, cell).output(0))
    for use in image.output(0).get_target_inputs():
        _feed(use, picture)
    outputs = [_bytes_of(floats), _sample(floats, SAMPLE_STEP // cell)]
    turned = Model(outputs, [picture, cells], "bytes")
    turned.validate_nodes_and_infer_types()  # or what follows the cells has the shape of pixels
    return BytesGraph(turned, cell)


def _source_of(model: Any, output: str) -> Any:
    return model.output(output).get_node().input(0).get_source_output()


def _ending_of(floats: Any, image: Any) -> _Ending | None:
    """What the pixelwise operations before `floats` start from; None if from something else."""
    ending, inside, used_by = _Ending([], []), set(), set()
    inner = [floats.get_node()]
    while inner:
        node = inner.pop()
        if node.get_type_name() not in _PIXELWISE:
            return None
        if node.get_name() in inside:
            continue
        inside.add(node.get_name())
        users = (each.get_node() for each in node.output(0).get_target_inputs())
        used_by |= {user.get_name() for user in users if user.get_type_name() != "Result"}
        for use in node.inputs():
            source = use.get_source_output().get_node()
            kind = source.get_type_name()
            if source.get_name() == image.get_name():
                ending.image.append(use)
            elif kind == "DepthToSpace":
                if not _is_of_colours(source):
                    return None
                ending.shuffles.append((use, source))
            elif kind != "Constant":
                inner.append(source)
            elif np.prod(source.get_output_shape(0)) != 1:
                return None
    # Whoever else takes a value of the ending wants pixels.
    return ending if ending.shuffles and used_by <= inside else None


def _is_of_colours(shuffle: Any) -> bool:
    channels = shuffle.get_output_partial_shape(0)[1]
    is_known = not channels.is_dynamic and channels.get_length() in (1, _COLOURS)
    return is_known and shuffle.get_attributes()["mode"] == "depth_first"


def _cells_of(shuffle: Any, cell: int) -> Any:
    """What is shuffled, before it is, with its channels in the order of a cell."""
    layers = shuffle.get_output_partial_shape(0)[1].get_length()
    row, column, colour = np.indices((cell, cell, _COLOURS)).reshape(3, -1)
    order = (colour % layers * cell + row) * cell + column
    return _picked(shuffle.input_value(0), order)


def _picked(values: Any, channels: Array) -> Any:
    """These channels of `values`, by a convolution that computes them in this order where it may.

    Anything else is moved by a convolution of ones and zeros, which costs least of all.
    """
    from openvino import opset13 as ops

    node = values.get_node()
    kind = node.get_type_name()
    if kind in ("Sigmoid", "Tanh", "Relu"):
        make: Callable[[Any], Any] = getattr(ops, kind.lower())
        return make(_picked(node.input_value(0), channels))
    if kind == "Convert":
        return ops.convert(_picked(node.input_value(0), channels), node.get_element_type())
    if kind == "VariadicSplit":
        axis, lengths = (node.input_value(k).get_node() for k in (1, 2))
        if {axis.get_type_name(), lengths.get_type_name()} == {"Constant"} and axis.data == 1:
            first = int(lengths.data[: values.get_index()].sum())
            return _picked(node.input_value(0), channels + first)
    return _convolved(node, channels) if _is_biased(node) else _moved(values, channels)


def _is_biased(node: Any) -> bool:
    """Whether this is a convolution with a bias for each channel, and more than one register."""
    if node.get_type_name() != "Add":
        return False
    there, size = node.get_output_partial_shape(0)[1], node.input_value(1).get_partial_shape()
    return (
        node.input_value(0).get_node().get_type_name() == "Convolution"
        and not there.is_dynamic
        # What fills one register takes as long as a part of it.
        and there.get_length() > _LANES
        and size.rank.get_length() == 4
        and size[1] == there
    )


def _convolved(sum_with_bias: Any, channels: Array) -> Any:
    """The channels of a convolution with a bias; each is computed once."""
    from openvino import opset13 as ops

    convolution = sum_with_bias.input_value(0).get_node()
    bias = sum_with_bias.input_value(1)
    once, order = np.unique(channels, return_inverse=True)
    if len(once) == len(channels):
        once, order = channels, np.arange(len(channels))
    settings = convolution.get_attributes()
    values = ops.convolution(
        convolution.input_value(0),
        ops.gather(convolution.input_value(1), once, np.array(0)),
        settings["strides"],
        settings["pads_begin"],
        settings["pads_end"],
        settings["dilations"],
        settings["auto_pad"],
    )
    values = ops.add(values, ops.gather(bias, once, np.array(1)))
    return values if len(once) == len(channels) else _moved(values.output(0), order)


def _moved(values: Any, channels: Array) -> Any:
    from openvino import opset13 as ops

    there = values.get_partial_shape()[1].get_length()
    kernel = np.zeros((len(channels), there, 1, 1), np.float32)
    kernel[np.arange(len(channels)), channels] = 1
    return ops.convolution(values, kernel, [1, 1], [0, 0], [0, 0], [1, 1])


def _feed(use: Any, picture: Any) -> None:
    """Give an operation that took the picture of floats the one of bytes instead.

    What may follow is done on rows as they lie in memory, which is how convolutions read them; and
    the weights of the convolution are scaled in place of the picture.
    """
    from openvino import Type
    from openvino import opset13 as ops

    node = use.get_node()
    values = ops.convert(picture, Type.f32)
    uses = [use]
    if node.get_type_name() == "Pad" and node.get_attributes()["pad_mode"] != "constant":
        before, after = (ops.gather(node.input_value(k), _NHWC, np.array(0)) for k in (1, 2))
        values = ops.pad(values, before, after, node.get_attributes()["pad_mode"])
        uses = list(node.output(0).get_target_inputs())
    planes = ops.transpose(values, _NCHW)
    for each in uses:
        convolution = each.get_node()
        if convolution.get_type_name() == "Convolution" and each.get_index() == 0:
            weights = ops.divide(convolution.input_value(1), _BYTE)
            convolution.input(1).replace_source_output(weights.output(0))
            each.replace_source_output(planes.output(0))
        else:
            each.replace_source_output(ops.divide(planes, _BYTE).output(0))


def _floats(values: Any) -> Any:
    from openvino import Type
    from openvino import opset13 as ops

    return ops.divide(ops.convert(values, Type.f32), _BYTE)


def _bytes_of(floats: Any) -> Any:
    """(1, C, h, w) floats in [0, 1] as bytes, (1, h, w, C)."""
    from openvino import Type
    from openvino import opset13 as ops

    # The conversion wraps around and cuts off: the half makes it round.
    scaled = ops.multiply(ops.clamp(floats, 0.0, 1.0), _BYTE)
    return ops.transpose(ops.convert(ops.add(scaled, np.float32(0.5)), Type.u8), _NHWC)


def _sample(floats: Any, step: int) -> Any:
    """Every so manieth row and column of the first three channels."""
    from openvino import opset13 as ops

    end = np.iinfo(np.int32).max
    return ops.slice(
        floats,
        np.array([0, 0, 0]),
        np.array([_COLOURS, end, end]),
        np.array([1, step, step]),
        np.array([1, 2, 3]),
    )
