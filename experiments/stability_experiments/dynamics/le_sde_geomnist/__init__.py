"""The locally elastic SDE beside trained networks: drawn shapes, with and without wrong labels."""
