"""Experiments with the library, and benchmarks of it."""
