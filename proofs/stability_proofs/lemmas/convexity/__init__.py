"""Lemmas about convex functions: gradient steps, projections, minimisers, contraction."""
