"""The recursion of the convolutional tangent kernel for all pairs of a tile of images.

Arrays have the axes (pixel row, pixel column, image of the tile's rows, image of its columns), so
that sums of neighbouring pixels and products with the maps of one image are runs of memory. A batch
of pairs is as large as fits the cache of a core; after a convolution with a stride, where maps are
smaller, several batches go on together.
"""

from __future__ import annotations

import torch
from torch import Tensor

from stability.kernels.covariance_maps import Convolution, ImageMaps, strided, taken


class Level:
    """A batch of `rows` times all columns while its maps have one size.

    `both` (2, h, w, rows, columns) are S and T, the covariances and the tangents, in that order;
    `step` is the number of convolutions behind them on arrival. `convolutions` keep the size;
    `onward` lead to the next level, one for each batch of this level that the next takes together.
    """

    def __init__(self, shape: tuple[int, ...], scratch: Tensor, step: int) -> None:
        self.both = scratch.new_empty((2, *shape))
        self.norms, self.opening = taken(scratch, (2, *shape))
        self.rows, self.scratch, self.step = shape[-2], scratch, step
        self.convolutions: list[Convolution] = []
        self.onward: list[Convolution] = []

    def start(self, left: Tensor, right: Tensor) -> None:
        """S = T = sum over channels of the products of images (C, h, w, ...)."""
        covariances, tangents = self.both
        torch.mul(left[0], right[0], out=covariances)
        for one, other in zip(left[1:], right[1:], strict=True):
            covariances.addcmul_(one, other)
        tangents.copy_(covariances)

    def rectify(self, left: Tensor, right: Tensor) -> None:
        """Through a ReLU: (S, T) become (S', T' + S').

        With s = |u||v|, of which the product of `left` and `right` is the negative, S' is
        sqrt(s^2 - S^2) + (pi - angle) S and T' is (pi - angle) T: 2 pi times the covariance after
        the ReLU, and T times 2 pi times the covariance of its slopes. A convolution comes next,
        after which T is the sum of T' and S', both convolved, so they are added here.
        """
        norms, opening, (covariances, tangents) = self.norms, self.opening, self.both
        torch.mul(left, right, out=norms)
        torch.div(covariances, norms, out=opening)
        opening.clamp_(-1.0, 1.0).acos_()  # pi - angle, as the norms are negative
        norms.mul_(norms).addcmul_(covariances, covariances, value=-1.0).clamp_(min=0.0).sqrt_()
        torch.addcmul(norms, opening, covariances, out=covariances)
        torch.addcmul(covariances, opening, tangents, out=tangents)

    def add(self, stride: int, most_rows: int) -> Level:
        """Take one more convolution; the level at which its maps are, this one or a new one.

        A new one takes as many batches of this level together as its smaller maps allow.
        """
        if stride == 1:
            self.convolutions.append(Convolution(self.both, self.both, self.scratch, 1))
            return self
        _, height, width, rows, columns = self.both.shape
        size = strided((height, width), stride)
        room = height * width // (size[0] * size[1])
        together = rows * max(1, min(room, most_rows // rows))
        step = self.step + len(self.convolutions) + 1
        following = Level((*size, together, columns), self.scratch, step)
        for first in range(0, together, rows):
            out = following.both[..., first : first + rows, :]
            self.onward.append(Convolution(self.both, out, self.scratch, stride))
        return following


class Tile:
    """Sums of S + T over the pixels of the last map, for all pairs of the tile.

    `left` are maps made by `ImageMaps.for_rows`, `right` maps as they are. If `paired`, an image of
    either is paired with that of the same place in the other only: there is one row. `numbers`: how
    many numbers an array may have, unless one row needs more.
    """

    def __init__(self, left: ImageMaps, right: ImageMaps, numbers: int, paired: bool) -> None:
        self.left = [maps.unsqueeze(-2 if paired else -1) for maps in left.every()]
        self.right = [maps.unsqueeze(-2) for maps in right.every()]
        self.rows = self.left[0].shape[-2]
        _, height, width, columns = right.images.shape
        one = height * width * columns
        rows = max(1, min(self.rows, numbers // one))
        self.levels = [
            Level((height, width, rows, columns), right.images.new_empty(2 * rows * one), step=0)
        ]
        for stride in right.strides:
            level = self.levels[-1].add(stride, self.rows)
            if level is not self.levels[-1]:
                self.levels.append(level)

    def sums(self) -> Tensor:
        """(rows, columns)."""
        top = len(self.levels) - 1
        last = self.levels[top]
        found = last.both.new_empty((self.rows, last.both.shape[-1]))
        for begin in range(0, self.rows, last.rows):
            first = min(begin, self.rows - last.rows)  # may overlap the batch before
            self._arrive(top, first)
            self._stay(last, first)
            found[first : first + last.rows] = last.both.sum((0, 1, 2))
        return found

    def _arrive(self, number: int, first: int) -> None:
        """Bring a batch, rows from `first` on, to a level."""
        if number == 0:
            rows = self.levels[0].rows
            self.levels[0].start(self.left[0][..., first : first + rows, :], self.right[0])
            return
        below = self.levels[number - 1]
        for place, onward in enumerate(below.onward):
            start = first + place * below.rows
            self._arrive(number - 1, start)
            self._stay(below, start)
            self._rectify(below, below.step + len(below.convolutions), start)
            onward()

    def _stay(self, level: Level, first: int) -> None:
        """Through the ReLUs and convolutions that keep the size of the maps."""
        for step, convolution in enumerate(level.convolutions, start=level.step):
            self._rectify(level, step, first)
            convolution()

    def _rectify(self, level: Level, step: int, first: int) -> None:
        """The ReLU in front of a convolution; there is none in front of the first."""
        if step > 0:
            left = self.left[step][..., first : first + level.rows, :]
            level.rectify(left, self.right[step])
