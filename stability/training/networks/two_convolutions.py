"""What networks of two 5 x 5 convolutions with pooling share: which images they take."""

from __future__ import annotations

from stability.errors import SetupError

SMALLEST = 16
"""Pixels on a side below which nothing is left after the second pooling."""


def pixels_left(shape: tuple[int, ...]) -> int:
    """The pixels of each channel after two 5 x 5 convolutions, each with pooling by 2.

    Raises SetupError for inputs that are no images of at least 16 x 16 pixels.

    >>> pixels_left((1, 28, 28))
    16
    """
    if len(shape) != 3 or min(shape[1:]) < SMALLEST:
        raise SetupError(
            where="recipe.network",
            found=f"two 5 x 5 convolutions with pooling for inputs {shape}",
            allowed=f"images of at least {SMALLEST} x {SMALLEST} pixels",
            remedy="Use network = 'mlp' for inputs that are not images, or 'cnn'.",
        )
    height, width = (((side - 4) // 2 - 4) // 2 for side in shape[1:])
    return height * width
