"""Experiments about bounds and the constants they rest on, a folder each."""
