"""Similarity against distance along synthetic manifolds."""
