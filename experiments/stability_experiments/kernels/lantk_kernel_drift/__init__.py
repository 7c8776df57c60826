"""How far the tangent kernel moves in training: predicted beside measured."""
