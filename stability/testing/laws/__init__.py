"""The laws that every theorem obeys, one family to a file, and the battery that runs them."""
