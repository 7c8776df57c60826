"""Proved and certified bounds of logistic regression on MNIST."""
