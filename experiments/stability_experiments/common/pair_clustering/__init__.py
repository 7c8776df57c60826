"""Two classes told apart by local elasticity (He and Su 2020): every method, pair and seed."""
