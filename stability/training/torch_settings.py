"""How torch is set while a model is trained: device, threads, seeds, determinism."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

import numpy as np
import torch
from torch.nn.attention import SDPBackend, sdpa_kernel

from stability.errors import SetupError
from stability.training.recipe import Recipe
from stability.training.seeds import seeded


def check_available(device: str, where: str) -> None:
    """Raise SetupError, at a place of an input, if the device is not there."""
    if device == "cuda" and not torch.cuda.is_available():
        raise SetupError(
            where=where,
            found=device,
            allowed="'cpu' on this machine",
            remedy="torch sees no GPU here.",
        )


def masks(recipe: Recipe, step: int, random: bool) -> AbstractContextManager[None]:
    """Where a step is computed: torch seeded by the dropout seed and the step, if need be."""
    if not random or recipe.dropout_seed is None:
        return nullcontext()
    words = np.random.SeedSequence([recipe.dropout_seed, step]).generate_state(1, np.uint32)
    return seeded(int(words[0]))


@contextmanager
def settings(recipe: Recipe) -> Iterator[None]:
    """The recipe's threads and, on a GPU, deterministic full-precision convolutions.

    Attention is computed step by step: its fused kernels have no derivative in a direction, and on
    a GPU none that repeats.
    """
    flags = torch.backends.cudnn.flags(
        enabled=True, benchmark=False, deterministic=True, allow_tf32=False
    )
    with limited_threads(recipe.threads), flags, plain_attention():
        yield


@contextmanager
def plain_attention() -> Iterator[None]:
    """No fused kernels of attention inside the block."""
    before = torch.backends.mha.get_fastpath_enabled()
    torch.backends.mha.set_fastpath_enabled(False)
    try:
        with sdpa_kernel(SDPBackend.MATH):
            yield
    finally:
        torch.backends.mha.set_fastpath_enabled(before)


@contextmanager
def limited_threads(count: int) -> Iterator[None]:
    """Let torch use `count` threads inside the block and restore its number afterwards."""
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)
