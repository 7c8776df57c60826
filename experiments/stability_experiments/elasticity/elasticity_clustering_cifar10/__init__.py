"""Pairs of photographed objects told apart by the local elasticity of perceptrons."""
