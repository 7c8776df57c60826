"""Searches for certificates and counterexamples; what they find is checked exactly elsewhere."""
