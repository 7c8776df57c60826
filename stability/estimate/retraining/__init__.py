"""Training again without an example: deletions, placebos, and training of the user's own."""
