"""An update on a tiger moves tigers most, cats less and planes least, more so late in training."""
