"""Pairs of digits told apart by the local elasticity of networks that never saw their labels."""
