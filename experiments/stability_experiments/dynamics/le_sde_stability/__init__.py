"""Exact deletions in the locally elastic SDE: who is moved by whom, and the bounds from it."""
