"""What a run file can train: networks again and again, logistic regression, exact formulas."""
