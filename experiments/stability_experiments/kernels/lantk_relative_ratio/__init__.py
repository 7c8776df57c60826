"""The relative ratio of kernels: similarity within classes against that across them."""
