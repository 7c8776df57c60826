"""Lemmas about gaps between risks: means, second moments, tails."""
