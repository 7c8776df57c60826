"""Local elasticity: how an update at one point moves the prediction at others."""
