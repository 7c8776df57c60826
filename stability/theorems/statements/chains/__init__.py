"""Moments of the remainder of the gap by chaining: numbers that no expression stands for."""
