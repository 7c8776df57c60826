"""Lemmas about expectations: draws, families, marginals, conditional means, concentration."""
