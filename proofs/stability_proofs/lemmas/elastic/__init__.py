"""Lemmas about locally elastic constants: rows, remainders, forms of p_eta, tails."""
