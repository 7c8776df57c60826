"""Derivations and lemmas written out for people: as text, as JSON and as a page."""
