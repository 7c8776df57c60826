"""`stability neurashed`: a hierarchy of features, trained, looked at, and robbed of instances."""
