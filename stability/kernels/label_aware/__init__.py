"""Kernels that know the labels: a label-free kernel plus an estimate of the products of labels."""
