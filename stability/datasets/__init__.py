"""Readers of data sets. Every reader returns a `Dataset`: inputs in [0, 1], integer labels."""

from stability.datasets.dataset import Dataset
from stability.datasets.digits import load_digits

__all__ = ["Dataset", "load_digits"]
