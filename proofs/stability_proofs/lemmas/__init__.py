"""What several derivations use, by subject; `stability prove --lemmas` lists it."""
