"""Uniform and elastic bounds of ridge regression on random features of MNIST."""
