"""What follows from a setup: every bound, the numbers behind one, and the inverse problems."""
