"""Benchmarks: ratios of two ways to do the same thing, measured side by side in one run."""
