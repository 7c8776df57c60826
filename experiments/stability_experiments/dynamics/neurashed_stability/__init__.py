"""Exact deletions in neurashed: elastic constants of the model itself, and the bounds from them."""
