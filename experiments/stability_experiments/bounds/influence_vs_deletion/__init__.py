"""Influence functions beside true deletions."""
