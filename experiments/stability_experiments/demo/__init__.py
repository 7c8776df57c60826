"""The demonstration: three learners on 1,797 handwritten digits, measured and bounded.

`run(out)` does it all in under three minutes and writes one table, the numbers, the pictures and
a report. Every row says what kind of number it holds.
"""

from stability_experiments.demo.run import run

__all__ = ["run"]
