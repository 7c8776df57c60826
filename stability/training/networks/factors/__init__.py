"""Per-example gradients of a network as products of factors of its layers, and their products.

curvlinops is the library for curvature of torch modules; it needs torchvision, and through it a
build of torch that this project cannot pin. So the collector here is our own.
"""
