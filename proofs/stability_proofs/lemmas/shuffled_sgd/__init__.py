"""Lemmas about stochastic gradient descent in shuffled passes."""
