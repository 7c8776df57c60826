"""Information with the input rises, then falls to that with the class: small batches compress."""
