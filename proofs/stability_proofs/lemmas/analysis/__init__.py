"""Lemmas of real analysis: sums, powers, roots, exponentials, limits."""
