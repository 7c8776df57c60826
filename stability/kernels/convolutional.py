"""The tangent kernel of convolutional ReLU networks of infinite width, exactly, pair by pair."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from math import pi, prod
from types import MappingProxyType

import numpy as np
import torch
from numpy.typing import ArrayLike

from stability.errors import SetupError
from stability.kernels.covariance_maps import ImageMaps, Size, strided
from stability.kernels.covariance_tiles import Tile
from stability.kernels.inputs import examples, refuse_zeros
from stability.kernels.kernel import MEMORY, Floats, Parameter, empty_matrix, mirror
from stability.training.torch_settings import check_available, limited_threads

STRIDES = (1, 1, 1, 2, 1, 2, 1)
"""The convolutions of the label-aware paper's code."""


@dataclass(frozen=True)
class Batches:
    """How many images are looked at together: `rows` times `columns`, numbers in an array."""

    rows: int
    columns: int
    numbers: int


BATCHES = {"cpu": Batches(512, 32, 2**15), "cuda": Batches(512, 128, 2**24)}
"""On a CPU a few arrays stay in the cache of a core; on a GPU they occupy all of it."""


@dataclass(frozen=True)
class ConvolutionalTangentKernel:
    """The mean of <grad f(x), grad f(x')> over Gaussian weights, at infinitely many channels.

    f takes images of `shape` (C, H, W), which may come flat, through 3x3 convolutions with
    `strides`, each 1 or 2, a ReLU between any two of them, and a linear layer on all pixels of the
    last map, or with `pooling` on their mean. Weights are N(0, 1) divided by the square root of how
    many numbers a unit takes; there are no biases. Zeros pad the maps as in padding "SAME" of
    TensorFlow, whose odd zero is at the end; n pixels become ceil(n/stride).

    Without pooling only covariances of pixels at the same place are needed. With pooling it is
    those of all pixels of the last map, hence of pixels whose displacement is a multiple of all
    strides to come: for images of 32 x 32 and the default strides a sixteenth of all pairs of
    pixels. Values are computed in float64 with torch on `device`, on a CPU by as many threads as
    torch has, in batches that need little memory beside the matrix.

    Source: Arora et al. (2019), On exact computation with an infinitely wide neural net; network,
    strides and the lack of pooling are those of the code of Chen, He & Su (2020).

    >>> kernel = ConvolutionalTangentKernel((1, 1, 1), strides=(1, 1))
    >>> kernel.matrix([[3.0], [-2.0]]).round(12).tolist()  # |x||x'|/54, 0 for opposite signs
    [[0.166666666667, 0.0], [0.0, 0.074074074074]]
    """

    shape: tuple[int, int, int]
    strides: tuple[int, ...] = STRIDES
    pooling: bool = False
    device: str = "cpu"
    memory_bytes: int = MEMORY

    def __post_init__(self) -> None:
        object.__setattr__(self, "shape", tuple(self.shape))
        object.__setattr__(self, "strides", tuple(self.strides))
        if len(self.shape) != 3 or min(self.shape) < 1:
            raise SetupError(
                where="kernel.shape",
                found=self.shape,
                allowed="channels, height and width of an image, each at least 1",
            )
        if not self.strides or not set(self.strides) <= {1, 2}:
            raise SetupError(
                where="kernel.strides",
                found=self.strides,
                allowed="a stride of 1 or 2 for each of at least one convolution",
            )
        if self.device not in BATCHES:
            raise SetupError(
                where="kernel.device", found=self.device, allowed=" or ".join(map(repr, BATCHES))
            )
        check_available(self.device, "kernel.device")

    @property
    def name(self) -> str:
        """What it is called in tables."""
        pooled = " with average pooling" if self.pooling else ""
        return f"convolutional tangent kernel{pooled}"

    @property
    def knows_labels(self) -> bool:
        """It does not."""
        return False

    @property
    def parameters(self) -> Mapping[str, Parameter]:
        """Shape of the images, strides and pooling."""
        return MappingProxyType(
            {"shape": self.shape, "strides": self.strides, "pooling": self.pooling}
        )

    def matrix(self, rows: ArrayLike, columns: ArrayLike | None = None) -> Floats:
        """The kernel (n, n') between images (n, ...) and (n', ...), default the rows again.

        Raises DataError for images of another size or of zeros and for numbers that are not finite,
        SetupError for a matrix of more than `memory_bytes`.
        """
        left = self._images(rows)
        right = left if columns is None else self._images(columns)
        found = empty_matrix(len(left), len(right), self.memory_bytes)
        batches = BATCHES[self.device]
        workers = torch.get_num_threads() if self.device == "cpu" else 1
        with limited_threads(1), ThreadPoolExecutor(workers) as pool:
            for top in range(0, len(left), batches.rows):
                maps = self._maps(left[top : top + batches.rows]).for_rows()

                def fill(start: int, top: int = top, maps: ImageMaps = maps) -> None:
                    here = slice(start, min(start + batches.columns, len(right)))
                    count = maps.images.shape[-1]
                    if columns is None:
                        count = min(count, here.stop - top)  # below the diagonal it is mirrored
                    values = self._values(maps.first(count), self._maps(right[here]), paired=False)
                    found[top : top + count, here] = values

                first = top if columns is None else 0
                list(pool.map(fill, range(first, len(right), batches.columns)))
        if columns is None:
            mirror(found)
            np.fill_diagonal(found, self._diagonal(left))
        return found

    def diagonal(self, inputs: ArrayLike) -> Floats:
        """K(x, x) (n,) at images (n, ...)."""
        return self._diagonal(self._images(inputs))

    def largest_own_value(self, largest: ArrayLike) -> float:
        """The supremum of K(x, x) over images with |x| <= largest in every number, rounded up.

        `largest` (d,) or of the shape of an image. Of an image with itself every map is linear in
        the squares of its pixels, with coefficients of at least 0, so the largest image has the
        largest value. With pooling it is an upper bound: a mean over pairs of pixels of a positive
        semidefinite function is at most the mean over pixels of its own values.

        >>> kernel = ConvolutionalTangentKernel((1, 1, 1), strides=(1, 1))
        >>> kernel.diagonal([[3.0]])[0] <= kernel.largest_own_value([3.0]) < 0.16667
        True
        """
        image = np.abs(examples([largest], self.shape, "the kernel"))
        if not image.any():
            return 0.0
        return float(replace(self, pooling=False)._diagonal(image)[0]) * (1.0 + 2.0**-40)

    def _diagonal(self, table: Floats) -> Floats:
        size = BATCHES[self.device].columns
        blocks = (self._maps(table[i : i + size]) for i in range(0, len(table), size))
        parts = [self._values(maps.for_rows(), maps, paired=True)[0] for maps in blocks]
        return np.concatenate(parts)

    def _images(self, inputs: ArrayLike) -> Floats:
        table = examples(inputs, self.shape, "the kernel")
        refuse_zeros(table, "Remove it: a network without biases says nothing about it.")
        return table

    def _maps(self, table: Floats) -> ImageMaps:
        """The maps of some images (n, d)."""
        images = torch.tensor(np.ascontiguousarray(table.T), device=self.device)
        return ImageMaps.of(images.view(*self.shape, -1), self.strides)

    def _values(self, left: ImageMaps, right: ImageMaps, *, paired: bool) -> Floats:
        """Kernel values (rows, columns), or (1, columns) of pairs of the same place."""
        size: Size = self.shape[1], self.shape[2]
        for stride in self.strides:
            size = strided(size, stride)
        pixels = prod(size)
        shifts: list[Size] = [(0, 0)]
        if self.pooling:
            height, width = size
            shifts = [(i, j) for i in range(1 - height, height) for j in range(1 - width, width)]
            pixels = pixels**2
        numbers = BATCHES[self.device].numbers
        total = torch.zeros((), dtype=torch.float64, device=self.device)
        for down, along in shifts:
            one, other = left.cut((down, along)), right.cut((-down, -along))
            total = total + Tile(one, other, numbers, paired=paired).sums()
        steps = len(self.strides)
        factors = self.shape[0] * pixels * 9.0**steps * (2 * pi) ** (steps - 1)
        return (total / factors).cpu().numpy()
