"""Classes separate if local elasticity fades slowly enough, and never without it."""
