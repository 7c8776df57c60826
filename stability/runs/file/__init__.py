"""Run files: their sections, how they are read, and the commented template."""
