"""The data sets that are read by name, one file each, and the list of them."""
