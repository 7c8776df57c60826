"""What a run file says: its sections, and the study that they are together."""
