"""Readers of files that are not trusted: IDX, archives, CIFAR batches, checksums."""
