"""Experiments on tangent kernels, with and without knowledge of the labels."""
