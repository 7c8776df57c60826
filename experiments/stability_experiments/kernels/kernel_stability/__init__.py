"""Deletion from kernel ridge regression, with kernels that know the labels and others."""
