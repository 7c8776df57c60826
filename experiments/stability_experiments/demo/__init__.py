"""The demonstration: three learners on 1,797 handwritten digits, measured and bounded."""
