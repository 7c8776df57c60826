"""Kernels: the tangent kernels of networks."""
