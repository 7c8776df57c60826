"""Influence functions: what deleting an example would do, to first order, without retraining."""
