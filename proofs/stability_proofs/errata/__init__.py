"""Statements of the literature that fail as printed, each with a counterexample that runs."""
