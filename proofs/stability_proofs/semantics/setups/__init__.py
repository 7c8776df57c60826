"""What hypotheses and symbols mean of a setup, apart from the library's checks and readers."""
