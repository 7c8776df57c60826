"""Certified test errors of logistic regression with noise on its weights."""
