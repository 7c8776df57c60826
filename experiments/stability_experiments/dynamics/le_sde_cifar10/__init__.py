"""The locally elastic SDE beside trained networks: two and three kinds of photographs."""
