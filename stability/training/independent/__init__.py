"""Trainings that share nothing: each has initial weights and draws of examples of its own."""
