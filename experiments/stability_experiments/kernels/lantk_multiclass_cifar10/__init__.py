"""Kernel regression on all classes of CIFAR-10, with and without knowledge of the labels."""
