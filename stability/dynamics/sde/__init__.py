"""The locally elastic SDE: features of training samples that move each other, class by class."""
