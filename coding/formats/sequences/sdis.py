"""
The sequential data interchange standard (SDIS) that GSEQ reads, after Bakeman & Quera (1995, Analyzing Interaction;
2011).

Two files: *event* sequences, a stream of codes, and *interval* sequences, in which every turn is an interval that holds
any number of codes, so that a lag of GSEQ is a lag of turns. A turn that was not judged ends a sequence (`;`) and the
next judged one begins another, so that no pair reaches across it. Each session is a unit of its own and ends with
`/`.

Names become letters, digits and underscores, since GSEQ takes no others; comments in the file say which is which.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import numpy as np

from coding.analysis.material import GIVEN, Bytes, Group, Mask, Material
from coding.analysis.stack import Stack

LONGEST_NAME = 16
EVENT, INTERVAL = "Event", "Interval"


def sdis(material: Material, groups: Sequence[Group], kind: str = INTERVAL) -> str:
    """Write the groups of a layer as event or interval sequences."""
    if kind not in (EVENT, INTERVAL):
        raise ValueError("A file holds Event or Interval sequences.")
    names = safe_names([group.name for group in groups])
    stack = Stack.of(material)
    given = stack.groups(groups)
    lines = [f"{kind} {' '.join(names)};" if kind == EVENT else f"{kind}=1 {' '.join(names)};"]
    lines += [_comment(f"Layer: {material.layer or 'not named'}")]
    lines += [_comment(f"{name}: {group.name}") for name, group in zip(names, groups, strict=True)]
    labels = safe_names([session.transcript for session in material.sessions])
    for s, (session, label) in enumerate(zip(material.sessions, labels, strict=True)):
        attributes = ", ".join(f"{key} {value}" for key, value in sorted(session.attributes.items()))
        lines.append(_comment(f"{label}: {session.transcript}{f', {attributes}' if attributes else ''}"))
        at = stack.within(s)
        lines += [f"<{label}>", *_unit(given[:, at], session.judged, names, kind)]
    return "\n".join(lines) + "\n"


def _unit(given: Bytes, judged: Mask, names: Sequence[str], kind: str) -> Iterator[str]:
    """Write one session: a sequence for every run of judged turns, the last one ended by a slash."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], judged.astype(np.int8), [0]])))
    runs = list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))
    written = [_sequence(given[:, begin:end], names, kind) for begin, end in runs]
    written = [text for text in written if kind == INTERVAL or text]
    for k, text in enumerate(written):
        yield text + (" /" if k == len(written) - 1 else ";")
    if not written:
        yield "/"


def _sequence(given: Bytes, names: Sequence[str], kind: str) -> str:
    turns = [[name for name, value in zip(names, turn, strict=True) if value == GIVEN] for turn in given.T]
    if kind == EVENT:
        return " ".join(name for turn in turns for name in turn)
    return ", ".join(" ".join(turn) for turn in turns)


def safe_names(names: Sequence[str]) -> list[str]:
    """Turn names into different words of letters, digits and underscores that begin with a letter, at most 16 long."""
    out: list[str] = []
    for name in names:
        word = re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_") or "x"
        word = (word if word[0].isalpha() else f"x{word}")[:LONGEST_NAME]
        unique, count = word, 1
        while unique in out:
            count += 1
            unique = f"{word[: LONGEST_NAME - len(str(count)) - 1]}_{count}"
        out.append(unique)
    return out


def _comment(text: str) -> str:
    return f"% {text.replace('%', ' per cent ')} %".replace("\n", " ")
