"""Statements of theorems, and how they are evaluated: exactly, enclosed, or as arrays of floats."""
