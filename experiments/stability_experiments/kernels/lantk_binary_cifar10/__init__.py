"""Kernel regression on pairs of classes of CIFAR-10, with and without knowledge of the labels."""
