"""Finding certificates and counterexamples. Trusted by nobody: what is found here is checked."""
