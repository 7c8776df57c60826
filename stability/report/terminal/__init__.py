"""Tables and cards as the command line prints them."""
