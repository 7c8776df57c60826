"""`stability elasticity`: the local elasticity of one trained network, from a run file."""
