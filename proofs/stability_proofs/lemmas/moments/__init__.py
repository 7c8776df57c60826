"""Lemmas about moments of sums and the norms made of them."""
