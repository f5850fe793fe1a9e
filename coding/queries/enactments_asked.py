"""What somebody asks of the pages, files and addresses about enactments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from coding.analysis.counts import THIRDS

WINDOWS = (1, 3, 5, 10, 20)
LAGS = (1, 2, 3, 4, 5)
PARTS = ("condition", "all", "session", "speaker", "third")
UNTIL = ("naming", "noticing")
OF = ("first pull", "every pull")
CLOCKS = ("turns", "seconds")
UNITS = {"segment": "turn by turn", "event": "code by code", "once": "code by code, no repeats"}


@dataclass(frozen=True, slots=True)
class Asked:
    """
    The layer ("" for the usual one), the session attribute to compare by, the window after a naming in turns, the lag.

    `given` and `target` are the names of groups; `session` names one transcript, "" all of them. `until`, `of` and
    `clock` are what the latencies of pulls are taken to, of, and in; `part` is what counts are parted by, `window` in
    how many turns codes go together. `where` is one value of the attribute, `code` and `speaker` are what passages are
    read of, with a `group` of codes, those on a turn with a code of `also` or within the window, a `third` of the hour.
    """

    layer: str = ""
    by: str = ""
    within: int = 3
    lag: int = 1
    unit: str = "segment"
    groups: str = "roles"
    given: str = ""
    target: str = ""
    session: str = ""
    until: str = "naming"
    of: str = "first pull"
    clock: str = "turns"
    part: str = "condition"
    window: int = 1
    code: str = ""
    speaker: str = ""
    where: str = ""
    group: str = ""
    also: str = ""
    third: str = ""

    def query(self, **changes: Any) -> str:
        """Write it as the end of an address, without what is usual."""
        usual = Asked()
        said = {name: getattr(self, name) for name in self.__slots__} | changes
        kept = {name: value for name, value in said.items() if value != getattr(usual, name, "")}
        return urlencode(kept)


def asked_of(parameters: Mapping[str, str]) -> Asked:
    """Read the parameters of an address; what is no choice counts as not said."""
    said = {name: str(parameters.get(name, ""))[:200].strip() for name in Asked.__slots__}
    return Asked(
        layer=said["layer"],
        by=said["by"],
        within=_choice(said["within"], WINDOWS, 3),
        lag=_choice(said["lag"], LAGS, 1),
        unit=said["unit"] if said["unit"] in UNITS else "segment",
        groups=said["groups"] if said["groups"] in ("roles", "families", "codes") else "roles",
        given=said["given"],
        target=said["target"],
        session=said["session"],
        until=said["until"] if said["until"] in UNTIL else "naming",
        of=said["of"] if said["of"] in OF else "first pull",
        clock=said["clock"] if said["clock"] in CLOCKS else "turns",
        part=said["part"] if said["part"] in PARTS else "condition",
        window=_choice(said["window"], WINDOWS, 1),
        code=said["code"],
        speaker=said["speaker"],
        where=said["where"],
        group=said["group"],
        also=said["also"],
        third=said["third"] if said["third"] in THIRDS else "",
    )


def _choice(text: str, choices: tuple[int, ...], usual: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 and int(text) in choices else usual
