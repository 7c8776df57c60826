"""Pictures: curves of bounds and maps of classes."""
