"""The relative ratio of networks before and after training, beside that of kernels."""
