"""Networks: declared architectures, torch modules as functions of parameters, layer factors."""
