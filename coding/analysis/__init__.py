"""
Sequences and episodes in coded sessions: numpy, scipy and the standard library, no Django.

Begin with a `Material` (sessions x codes in one layer, `material.py`) and groups of codes in their `Roles`. Nothing is
ever NaN: a value is None exactly when `why` says why. Bad input raises ValueError with a sentence. Formulas and sources
are in docs/methods.md.
"""
