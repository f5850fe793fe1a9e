"""Whether a name shows anything to a person who reads it."""

import unicodedata

#: Marks without a letter, controls, formats (zero width, direction) and every kind of space.
_UNSEEN = frozenset({"Mn", "Me", "Cc", "Cf", "Cs", "Zs", "Zl", "Zp"})
#: Letters and signs by their kind that are drawn as nothing: the fillers of Hangul, and the empty cell of Braille.
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800")
INVISIBLE = "Write at least one character that can be seen."


def is_visible(text: str) -> bool:
    """Tell whether at least one character of a name can be seen."""
    return any(unicodedata.category(char) not in _UNSEEN and char not in _BLANK for char in text)
