"""Lemmas about stochastic gradient descent with replacement."""
