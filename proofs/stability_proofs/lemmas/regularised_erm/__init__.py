"""Lemmas about minimisers of regularised empirical risks, ridge regression and Gibbs averages."""
