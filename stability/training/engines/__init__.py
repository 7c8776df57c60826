"""How many models are trained at once: stacked layers, or torch.func over any module."""
