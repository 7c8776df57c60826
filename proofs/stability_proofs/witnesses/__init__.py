"""Concrete algorithms and distributions in which what theorems assume holds, and what they say.

Without a witness hypotheses might contradict each other, and everything would follow from them.
"""
