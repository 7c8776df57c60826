"""Exact deletion formulas: ridge, kernel ridge and random features, and logistic regression."""
