"""Readers of a user's own data: arrays, torch loaders, files."""
