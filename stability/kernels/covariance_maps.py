"""Covariances between pixels of images in front of every ReLU, and sums over 3x3 windows.

Maps are kept without the factors 1/9 of a convolution and 1/(2 pi) of a ReLU, which are put back
once at the end: all quantities have the same ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from math import pi
from operator import mul

import torch
from torch import Tensor

SMALLEST = 1e-140
"""In place of the norm 0 of a patch that is 0: quotients with it are 0 and no NaN."""
SNAP = 4 * torch.finfo(torch.float64).eps
"""Correlations nearer to 1 than this count as 1, so that equal images have equal kernel values."""
Size = tuple[int, int]
"""Height and width of maps, or a displacement down and right."""


def strided(size: Size, stride: int) -> Size:
    """The size of maps after a convolution with a stride: ceil(n/stride)."""
    return -(-size[0] // stride), -(-size[1] // stride)


class Sums:
    """Sums of three neighbours along an axis, at every stride-th place, from `maps` into `out`.

    Zeros beyond the ends, as padding "SAME" of TensorFlow has them: of the zeros that are needed
    the odd one is at the end. The views are made once; calling it does the sums.
    """

    def __init__(self, maps: Tensor, out: Tensor, axis: int, stride: int) -> None:
        size, count = maps.shape[axis], out.shape[axis]
        odd_start = (count - 1) * stride + 3 - size > 1  # two zeros are needed, one before
        own = range(0, size, stride)
        right = range(1, size, stride)
        third = range(stride - 1, size - 1, stride) if odd_start else range(2, size, stride)
        later = count - len(third) if odd_start else 0
        two, rest = len(right), count - len(right)

        def view(places: range) -> Tensor:
            index = [slice(None)] * maps.ndim
            index[axis] = slice(places.start, places.stop, places.step)
            return maps[tuple(index)]

        self.first = view(own[:two]), view(right), out.narrow(axis, 0, two)
        self.copied = out.narrow(axis, two, rest), view(own[two:])
        self.added = out.narrow(axis, later, len(third)), view(third)
        self.rest = bool(rest)

    def __call__(self) -> None:
        """From `maps` as they are now."""
        one, other, out = self.first
        torch.add(one, other, out=out)
        if self.rest:
            self.copied[0].copy_(self.copied[1])
        self.added[0].add_(self.added[1])


class Convolution:
    """Sums over 3x3 windows of maps (k, h, w, ...) into `out`, by way of a `scratch` memory.

    They are 9 times the covariances after a convolution with weights of variance 1/9.
    """

    def __init__(self, maps: Tensor, out: Tensor, scratch: Tensor, stride: int) -> None:
        k, height, width, *rest = maps.shape
        between = taken(scratch, (k, strided((height, width), stride)[0], width, *rest))
        self.down, self.across = Sums(maps, between, 1, stride), Sums(between, out, 2, stride)

    def __call__(self) -> None:
        """From `maps` as they are now."""
        self.down()
        self.across()


def taken(memory: Tensor, shape: tuple[int, ...]) -> Tensor:
    """The first numbers of a flat memory, in a shape."""
    return memory[: torch.Size(shape).numel()].view(shape)


def convolved(maps: Tensor, stride: int) -> Tensor:
    """Sums over 3x3 windows of maps (k, h, w, ...)."""
    k, height, width, *rest = maps.shape
    out = maps.new_empty((k, *strided((height, width), stride), *rest))
    Convolution(maps, out, maps.new_empty(maps.numel()), stride)()
    return out


@dataclass(frozen=True, eq=False)
class ImageMaps:
    """Images (C, H, W, n), and the norms (h, w, n) of the pixels in front of every ReLU.

    A norm is the square root of the covariance of a pixel with itself. `strides` are those of the
    convolutions.
    """

    images: Tensor
    norms: tuple[Tensor, ...]
    strides: tuple[int, ...]

    @classmethod
    def of(cls, images: Tensor, strides: tuple[int, ...]) -> ImageMaps:
        """The maps of images (C, H, W, n) through convolutions of these strides."""
        variances = images[:1] * images[:1]
        for channel in images[1:]:
            variances.addcmul_(channel, channel)
        norms = []
        for stride in strides[:-1]:
            variances = convolved(variances, stride)
            norms.append(variances[0].sqrt().clamp_(min=SMALLEST))
            variances.mul_(pi)
        return cls(images, tuple(norms), strides)

    def every(self) -> tuple[Tensor, ...]:
        """Images and norms."""
        return (self.images, *self.norms)

    def for_rows(self) -> ImageMaps:
        """Each image's numbers together in memory, and the norms negative, as a tile wants them."""
        images, *norms = (maps.movedim(-1, 0).contiguous() for maps in self.every())
        norms = [maps.mul(SNAP - 1.0).movedim(0, -1) for maps in norms]
        return ImageMaps(images.movedim(0, -1), tuple(norms), self.strides)

    def first(self, count: int) -> ImageMaps:
        """The maps of the first images."""
        norms = tuple(maps[..., :count] for maps in self.norms)
        return ImageMaps(self.images[..., :count], norms, self.strides)

    def cut(self, shift: Size) -> ImageMaps:
        """What is left of the maps when the others are displaced by `shift` pixels of the last map.

        A convolution keeps the displacement of two pixels or divides it by its stride, so only
        displacements that are multiples of the strides to come are needed.
        """
        to_come = list(accumulate(reversed(self.strides), mul))[::-1]  # from each map to the last
        images, *norms = (
            maps[..., _left(maps.shape[-3], shift[0] * factor), :, :][
                ..., _left(maps.shape[-2], shift[1] * factor), :
            ]
            for maps, factor in zip(self.every(), to_come, strict=True)
        )
        return ImageMaps(images, tuple(norms), self.strides)


def _left(size: int, displacement: int) -> slice:
    """The places p of `size` for which p + displacement is one too."""
    return slice(max(0, -displacement), size - max(0, displacement))
