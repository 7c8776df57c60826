"""What people see of an analysis: tables, LaTeX, figures, one-file HTML, JSON records."""
