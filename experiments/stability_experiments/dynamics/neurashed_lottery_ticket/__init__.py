"""Strongly amplified features are a winning ticket: alone they do nearly what all do."""
