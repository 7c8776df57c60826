"""Pieces that several experiments use: images, pictures, retraining."""
