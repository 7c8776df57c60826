"""Tables for papers: LaTeX that fits one column of a two-column article."""
