"""Pages and notebook cells in HTML: documents, templates, formulas and pictures inside them."""
