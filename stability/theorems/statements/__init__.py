"""Three arithmetics for one statement: exact rationals, arb enclosures, vectorised intervals."""
