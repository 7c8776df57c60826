"""Derivations of the library's theorems, and the small core that checks them."""
