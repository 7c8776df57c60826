"""How similarity within and across classes changes while a network trains."""
