"""Lemmas about averages of votes: bags of examples and nearest neighbours."""
