"""Give each family a hue of the house and each code a letter of the keyboard."""

import math
import string
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from coding.formats.drafts import CodebookDraft

# The light ink of each slot, as in the tokens of the style sheet; only its distance to a colour in a file counts here.
SLOTS = {
    "clay": "#9c3620",
    "ochre": "#856200",
    "sea": "#0d4a78",
    "leaf": "#1f7549",
    "plum": "#7a5aae",
    "rose": "#7f025f",
    "teal": "#094740",
    "stone": "#5f6468",
}
STATUS_SLOT = "stone"
HUES = tuple(slot for slot in SLOTS if slot != STATUS_SLOT)

# Below this chroma a colour is a grey to the eye, and means status rather than a family.
GREY = 0.02

LETTERS_OF_THE_DESK = frozenset("JKMZ")
FREE_LETTERS = tuple(letter for letter in string.ascii_uppercase if letter not in LETTERS_OF_THE_DESK)


class Lettered(Protocol):
    """Anything with the key, the name and the letter of a code."""

    @property
    def key(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def letter(self) -> str: ...


def slot_for(color: str | None, taken: Sequence[str], *, status: bool = False) -> str:
    """
    Choose the hue slot of a family, given the slots of the families before it.

    A colour picks the nearest slot that is free, no colour the next one. A family about the coding itself, or a grey,
    takes stone; other families take stone only when every hue is taken, and after that slots repeat.
    """
    wanted = oklab(color) if color else None
    if status or (wanted is not None and math.hypot(wanted[1], wanted[2]) < GREY):
        return STATUS_SLOT
    fewest = min(taken.count(slot) for slot in HUES)
    free = [slot for slot in HUES if taken.count(slot) == fewest]
    if fewest and STATUS_SLOT not in taken:
        free = [STATUS_SLOT]
    if wanted is None:
        return free[0]
    return min(free, key=lambda slot: _distance(wanted, oklab(SLOTS[slot])))


def _distance(wanted: tuple[float, float, float], slot: tuple[float, float, float]) -> float:
    """Measure OKLab distance after giving the colour the slot's lightness and chroma, since only its hue is kept."""
    stretch = math.hypot(*slot[1:]) / math.hypot(*wanted[1:])
    return math.dist(slot[1:], (wanted[1] * stretch, wanted[2] * stretch))


def assign_slots(codebook: CodebookDraft) -> dict[str, str]:
    """Choose the hue slot of every family; one whose codes are all outcomes is about status."""
    slots: dict[str, str] = {}
    for family in codebook.families:
        keys = [code.key for code in codebook.codes if code.family == family.key]
        status = bool(keys) and set(keys) <= set(codebook.exclusive_codes)
        slots[family.key] = slot_for(family.color, list(slots.values()), status=status)
    return slots


def oklab(color: str) -> tuple[float, float, float]:
    """Return lightness and the two colour axes of #rrggbb or #rgb, in which distances are as the eye sees them."""
    digits = color.removeprefix("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    red, green, blue = (_linear(int(digits[place : place + 2], 16) / 255) for place in (0, 2, 4))
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    middle = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def propose_letters(codes: Iterable[Lettered]) -> dict[str, str]:
    """
    Propose the key on the desk for each code, by its own key; letters that a code brings are kept.

    Every key is of letters from A to Z without J, K, M and Z, no two are the same, and none begins another. Up to 22
    codes get one letter each. Of more, each gets two: the first is the same for codes whose keys begin alike, such as
    PULL-. Codes beyond the 484 pairs get none (""): they are reached by the mouse, by Tab or by searching.
    """
    waiting = list(codes)
    letters = {code.key: "" for code in waiting}
    for code in waiting:
        wish = code.letter.upper()
        if is_desk_key(wish) and not any(clash(wish, taken) for taken in letters.values() if taken):
            letters[code.key] = wish
    taken = [key for key in letters.values() if key]
    rest = [code for code in waiting if not letters[code.key]]
    begun = {key[0] for key in taken}
    free = [letter for letter in FREE_LETTERS if letter not in begun]
    if len(rest) <= len(free) and all(len(key) == 1 for key in taken):
        return letters | _spread(rest, free)
    leaders = {_first_part(code): letters[code.key][0] for code in waiting if len(letters[code.key]) == 2}
    return letters | _pairs(rest, taken, leaders)


def is_desk_key(key: str) -> bool:
    """Say whether a code can be given by these one or two letters."""
    return 1 <= len(key) <= 2 and all(letter in FREE_LETTERS for letter in key)


def clash(one: str, other: str) -> bool:
    """Say whether the desk could not tell two keys apart: they are the same, or one begins the other."""
    return one.startswith(other) or other.startswith(one)


def _spread(codes: Sequence[Lettered], letters: Iterable[str]) -> dict[str, str]:
    """Give each code one of the letters, as telling as can be; codes for which there are too few get none."""
    free = dict.fromkeys(letters)
    found: dict[str, str] = {}
    # Two rounds, so that no code loses the letter it is known by to a code that only holds it somewhere.
    for wishes in (lambda code: _own_part(code)[:1], _wishes):
        for code in codes:
            letter = next((wish for wish in wishes(code) if wish in free), "")
            if letter and code.key not in found:
                found[code.key] = letter
                del free[letter]
    return found


def _pairs(codes: Sequence[Lettered], taken: Sequence[str], leaders: Mapping[str, str]) -> dict[str, str]:
    """Give each code two letters; codes whose keys begin alike share the first as far as it has room."""
    singles = {key for key in taken if len(key) == 1}
    seconds = {first: {key[1] for key in taken if key[0] == first and len(key) == 2} for first in FREE_LETTERS}
    groups: dict[str, list[Lettered]] = {}
    for code in codes:
        groups.setdefault(_first_part(code), []).append(code)
    found: dict[str, str] = {}
    for group, waiting in groups.items():
        # The first letters that nobody has yet, the most telling before; then any with room.
        order = [*dict.fromkeys(letter for letter in group if letter in seconds), *FREE_LETTERS]
        order = [letter for letter in dict.fromkeys(order) if letter not in singles]
        order.sort(key=lambda letter: bool(seconds[letter]))
        if group in leaders:
            order.insert(0, leaders[group])
        for first in order:
            room = [letter for letter in FREE_LETTERS if letter not in seconds[first]]
            given = _spread(waiting[: len(room)], room)
            found |= {key: first + letter for key, letter in given.items()}
            seconds[first] |= set(given.values())
            waiting = [code for code in waiting if code.key not in found]
            if not waiting:
                break
    return found


def _first_part(code: Lettered) -> str:
    """Return what a key begins with: PULL of PULL-APP; of a key in one part its first letter."""
    whole = code.key.upper().replace("_", "-")
    return whole.rpartition("-")[0] or whole[:1]


def _own_part(code: Lettered) -> str:
    """Return what a key says apart from its family: APP of PULL-APP."""
    return code.key.upper().replace("_", "-").rpartition("-")[2]


def _wishes(code: Lettered) -> str:
    """List letters from the most to the least telling: of the key, initials of the name, of the name, any."""
    initials = "".join(word[:1] for word in code.name.upper().split())
    return _own_part(code) + initials + code.name.upper() + "".join(FREE_LETTERS)
