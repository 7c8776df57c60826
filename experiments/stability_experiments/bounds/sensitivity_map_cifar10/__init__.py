"""Who moves whom on CIFAR-10, class by class."""
