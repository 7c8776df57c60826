"""The verdict on each theorem, the mutants that must not pass, and tables of both."""
