"""Two label systems on the same images: what training on one does to similarity under both."""
