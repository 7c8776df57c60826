"""Hypothesis strategies: setups, elastic constants, and setups that violate one hypothesis."""
