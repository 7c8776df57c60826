"""The exact distribution of the gap beside every bound on it."""
