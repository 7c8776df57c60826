"""What the library's theorems say, as formulas of the checker.

Trusted as the checker is: a derivation proves what is written here. `reading` translates the
statements themselves; `samples` says what notions, conventions and quantities mean; `setups` what
hypotheses on a training setup mean; `claims` puts a theorem together from its own data.
"""
