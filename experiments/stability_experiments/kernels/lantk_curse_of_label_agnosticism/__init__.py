"""Relabelling by exclusive or, which a kernel that does not know the labels cannot follow."""
