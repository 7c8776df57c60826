"""Neural collapse: class means become a simplex where classes repel each other."""
