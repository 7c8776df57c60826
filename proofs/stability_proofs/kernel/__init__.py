"""The trusted core: the language, the rules that make theorems, and the axioms."""
