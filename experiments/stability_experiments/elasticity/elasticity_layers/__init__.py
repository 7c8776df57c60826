"""Where in the network similarity knows the classes, beside the law of data separation."""
