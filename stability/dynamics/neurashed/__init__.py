"""Neurashed: a graph of features whose amplification factors grow and fall in training."""
