"""What all experiments share: rows, claims, results, storage, and the page of results."""
