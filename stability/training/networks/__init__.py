"""Networks that can be trained: builders of torch modules, and modules of the user."""
