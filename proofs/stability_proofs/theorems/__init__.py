"""Derivations of the library's theorems; each file mirrors that in `stability.theorems`."""
