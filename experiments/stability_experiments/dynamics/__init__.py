"""Experiments with phenomenological models of training: neurashed, the locally elastic SDE."""
