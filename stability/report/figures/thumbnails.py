"""Small pictures of single examples, each with a line below it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stability.errors import DataError
from stability.report.figures.canvas import literal, new_figure, picture_path, write

IN_A_ROW = 5
COLOURS = (1, 3, 4)
"""Numbers of channels that can be shown: grey, colour, colour and how opaque it is."""


def can_be_shown(shape: Sequence[int]) -> bool:
    """Whether examples of this shape are pictures: (height, width) or (channels, height, width).

    >>> can_be_shown((28, 28)), can_be_shown((3, 32, 32)), can_be_shown((784,))
    (True, True, False)
    """
    sides = tuple(shape)
    return len(sides) == 2 or (len(sides) == 3 and sides[0] in COLOURS)


def thumbnails(
    images: NDArray[Any], shape: Sequence[int], captions: Sequence[str], path: str | Path
) -> Path:
    """Draw `images` (n, d) of one shape side by side, each with its caption. The path.

    The darkest value of all is drawn black and the lightest white. Raises DataError if the shape is
    none of pictures or captions are missing, SetupError for the path as `plot_bounds`.
    """
    target = picture_path(path, "thumbnails")
    if not can_be_shown(shape) or len(captions) != len(images) or not len(images):
        raise DataError(
            where="thumbnails",
            found=f"{len(images)} images of shape {tuple(shape)} with {len(captions)} captions",
            allowed="images (height, width) or (channels, height, width), a caption for each",
        )
    low, high = float(np.min(images)), float(np.max(images))
    scaled = (np.asarray(images, dtype=np.float64) - low) / ((high - low) or 1.0)
    across = min(IN_A_ROW, len(images))
    down = -(-len(images) // across)
    figure = new_figure(1.7 * across, 2.1 * down)
    for number, (image, caption) in enumerate(zip(scaled, captions, strict=True), 1):
        axes = figure.add_subplot(down, across, number)
        picture = image.reshape(shape)
        if picture.ndim == 3:
            picture = np.moveaxis(picture, 0, 2)
            picture = picture[..., 0] if picture.shape[2] == 1 else picture
        axes.imshow(picture, cmap="gray", vmin=0.0, vmax=1.0, interpolation="nearest")
        axes.set_title(literal(caption), fontsize=9)
        axes.set_axis_off()
    return write(figure, target)
