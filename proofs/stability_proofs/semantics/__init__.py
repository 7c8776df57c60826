"""What the library's theorems say, as formulas of the checker.

Trusted as the checker is: a derivation proves what is written here. `reading` translates the
statements themselves; `samples` says what notions, conventions and quantities mean; `hypotheses`
what hypotheses on a setup mean; `claims` puts a theorem together from its own data.
"""
