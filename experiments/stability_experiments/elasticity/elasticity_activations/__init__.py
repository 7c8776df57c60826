"""How the activation decides the similarity, and how near a finite step is to the limit."""
