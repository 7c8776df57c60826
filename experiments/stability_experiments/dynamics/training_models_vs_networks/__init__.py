"""Whom an update moves in trained networks, beside neurashed and the locally elastic SDE."""
