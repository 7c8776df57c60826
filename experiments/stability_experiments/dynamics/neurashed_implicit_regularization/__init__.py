"""Small batches leave few features, and these generalize."""
