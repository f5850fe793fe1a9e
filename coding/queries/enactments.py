"""What every page, picture and file about enactments starts from: a round, a layer of it, and its codes in roles."""

from __future__ import annotations

import copy
import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, TypeVar, cast

from coding.analysis.material import CodeOf, Group, Material, Roles
from coding.models import ReliabilityPlan, Round
from coding.queries.enactments_asked import Asked
from coding.queries.hours import CONDITION, Hour, SessionFacts, attribute_called, hours_of, session_facts
from coding.queries.judged_rows import CodeRow, FamilyRow, JudgedRows
from coding.queries.kept import KeptRound
from coding.queries.layers import MAJORITY, RATER, Layer, LayerChoice, given_codes, layer_choices, layer_of
from coding.queries.materials import Sayings, codes_of, material_of
from coding.queries.measured import Cell, measure_present
from coding.queries.ratings import code_matrices, family_ratings
from coding.queries.roles import NAMES, Role, RoleTable, groups_in_roles, roles_of
from coding.queries.sheets import Told
from coding.reliability import TENTATIVE
from workbench.accounts.models import User

Made = TypeVar("Made")
#: More values than these of an attribute are no groups to compare.
MOST_GROUPS = 6
#: What is found once and holds for one layer alone.
_OF_ONE_LAYER = ("material", "sayings", "linked_material", "told_material", "beside", "at_hand")
#: A longer value is a remark, not the name of a group.
LONGEST_GROUP = 40


@dataclass(frozen=True, slots=True)
class Standing:
    """How reliable a code or group is in this round; `words` says it in a line, `is_below` marks it."""

    value: float | None
    threshold: float
    is_below: bool
    words: str


@dataclass(frozen=True, slots=True)
class Named:
    """A group of codes as pages and pictures show it: its name, the hue and shape of its family, its standing."""

    group: Group
    title: str
    slot: str
    standing: Standing


def told_apart(names: Mapping[str, str]) -> dict[str, str]:
    """Give names by key, those that several have with the key behind: keys are unique, names may repeat."""
    often = Counter(names.values())
    return {key: name if often[name] == 1 else f"{name} ({key})" for key, name in names.items()}


class Enactments:
    """One round in one layer, for somebody who may see these transcripts of it."""

    def __init__(
        self,
        round_: Round,
        transcripts: Sequence[int] | None,
        layer: str = "",
        *,
        numbers: bool = True,
        reader: User | None = None,
    ) -> None:
        """
        Fetch it, or what was kept; `numbers` says whether how far raters agree may be shown.

        A `reader` is told of the sessions what they may see; the program itself, all of it.

        Raises KeyError for a layer that the round does not have.
        """
        self.round, self.numbers = round_, numbers
        self.kept = KeptRound(round_, transcripts)
        self.rows: JudgedRows = self.kept.rows()
        self.hours: tuple[Hour, ...] = hours_of(self.kept)
        self.facts: dict[int, SessionFacts] = session_facts([hour.transcript_id for hour in self.hours], reader)
        self.roles_table: RoleTable = roles_of(round_.version.codebook)
        self.choices: list[LayerChoice] = layer_choices(self.kept)
        self.layer: Layer = self.layer_named(layer or self.usual_layer)

    @property
    def usual_layer(self) -> str:
        """Give the key of the first layer that there is something in."""
        return next((choice.key for choice in self.choices if not choice.why_not), MAJORITY)

    def layer_named(self, key: str) -> Layer:
        """Give a layer of this round, kept."""
        return layer_of(self.kept, key)

    # Material ----------------------------------------------------------------------------------------------------

    @cached_property
    def columns(self) -> tuple[CodeOf, ...]:
        """Give the codes as the columns of every layer's material."""
        return codes_of(self.rows)

    @cached_property
    def material(self) -> Material:
        """Give the sessions of the layer, without links and details."""
        return material_of(self.columns, self.layer, self.hours, self.facts)

    @property
    def bare_material(self) -> Material:
        """Give the sessions without anything that may change or that people wrote: what is computed from it is kept."""
        return self.material

    @cached_property
    def sayings(self) -> Sayings:
        """Give a way to the links and details of the layer."""
        return Sayings(self.kept, self.hours, self.layer)

    @cached_property
    def linked_material(self) -> Material:
        """Give the sessions of the layer with their links: one statement more."""
        return material_of(self.columns, self.layer, self.hours, self.facts, links=self.sayings.links())

    @cached_property
    def told_material(self) -> Material:
        """Give the sessions of the layer with what was said about the codings: two statements more."""
        links, details = self.sayings.links(), self.sayings.details()
        return material_of(self.columns, self.layer, self.hours, self.facts, links, details)

    @cached_property
    def beside(self) -> list[tuple[str, Enactments]]:
        """Give the same round in the layer of each rater, by label; nothing where one rater coded alone."""
        if len(self.rows.raters) < 2:
            return []
        return [(label, self._in_layer(f"{RATER}{label}")) for label in self.rows.raters]

    def _in_layer(self, key: str) -> Enactments:
        other = copy.copy(self)
        for name in _OF_ONE_LAYER:
            other.__dict__.pop(name, None)
        other.layer = self.layer_named(key)
        return other

    @cached_property
    def at_hand(self) -> dict[str, Any]:
        """Give what was made of this layer for this answer."""
        return {}

    def once(self, name: str, make: Callable[[], Made]) -> Made:
        """Make something of this layer once in an answer, however many tables and pictures show it."""
        if name not in self.at_hand:
            self.at_hand[name] = make()
        return cast("Made", self.at_hand[name])

    # Codes, groups, roles ----------------------------------------------------------------------------------------

    @cached_property
    def codes(self) -> dict[str, CodeRow]:
        """Give the codes that can be given, by key, in the order of the codebook."""
        return {code.key: code for code in given_codes(self.rows)}

    @cached_property
    def roles(self) -> Roles:
        """Give the codes in their roles."""
        return groups_in_roles(self.roles_table, list(self.codes))

    @cached_property
    def in_roles(self) -> list[Named]:
        """
        Give the groups that sequences are about: pull, noticing, naming, reworked, turned away, and what stands beside.

        A codebook none of whose codes has a role is seen by its families.
        """
        roles = self.roles
        beside = Group(NAMES[Role.BESIDE], self.roles_table.keys(Role.BESIDE, among=self.codes))
        groups = (roles.pull, roles.noticing, roles.naming, roles.reworked, roles.turned_away, beside)
        found = [group for group in groups if group.codes]
        return [self._named(group, self._title(group)) for group in found] if found else self.families

    def _title(self, group: Group) -> str:
        """Call what stands beside by its family, where it is one."""
        families = {
            family.name for family in self.rows.book.families for code in family.codes if code.key in group.codes
        }
        return families.pop() if group.name == NAMES[Role.BESIDE] and len(families) == 1 else group.name.capitalize()

    @cached_property
    def families(self) -> list[Named]:
        """Give each family with codes that can be given as a group."""
        titles = told_apart({family.key: family.name for family in self.rows.book.families})
        found = []
        for family in self.rows.book.families:
            keys = tuple(code.key for code in family.codes if not code.outcome)
            if keys:
                found.append(self._named(Group(family.key, keys), titles[family.key]))
        return found

    @cached_property
    def each_code(self) -> list[Named]:
        """Give each code as a group of one."""
        return [self._named(Group(key, (key,)), title) for key, title in self._titles.items()]

    @cached_property
    def _titles(self) -> dict[str, str]:
        return told_apart({key: code.name for key, code in self.codes.items()})

    def told_codes(self, keys: Iterable[str]) -> Told:
        """Give codes as a cell: their keys in files, their names on pages."""
        listed = list(keys)
        return Told(", ".join(listed), ", ".join(self._titles[key] for key in listed))

    def plainly(self, asked: Asked) -> Callable[[str], str]:
        """Give a way to say in sentences of the analysis, which knows groups by their keys, what they are called."""
        return plainly({"families": self.families, "codes": self.each_code}.get(asked.groups, self.in_roles))

    def group_called(self, name: str, kind: str = "roles") -> Named | None:
        """Find a group by its name: among those of this kind first, then among all."""
        kinds = {"roles": self.in_roles, "families": self.families, "codes": self.each_code}
        every = [*kinds[kind], *self.in_roles, *self.families, *self.each_code]
        return next((named for named in every if named.group.name == name), None)

    def _named(self, group: Group, title: str) -> Named:
        slots = {self.codes[key].slot for key in group.codes}
        slot = self.codes[group.codes[0]].slot if len(slots) == 1 else "stone"
        return Named(group, title, slot, self.standing(group.codes))

    # Reliability -------------------------------------------------------------------------------------------------

    @cached_property
    def plan(self) -> ReliabilityPlan | None:
        """Give the plan that was fixed before the round, if one was."""
        return ReliabilityPlan.objects.filter(round=self.round).first()

    def standing(self, codes: Sequence[str]) -> Standing:
        """Say how far the raters agreed on whether any of these codes is there, against the study's threshold."""
        if not self.numbers:
            return Standing(None, TENTATIVE, False, "")
        coefficient = self.plan.coefficient if self.plan else "krippendorff_alpha"
        threshold = float(self.plan.threshold) if self.plan else TENTATIVE
        if len(self.rows.raters) < 2:
            return Standing(None, threshold, False, "one rater: no agreement to measure")
        cell = self._cells.get(digest_of(*sorted(codes)))
        result = cell.results.get(coefficient) if cell else None
        if result is None or result.value is None:
            why = result.why if result else "not measured in this round"
            return Standing(None, threshold, False, f"agreement not defined: {why}")
        # .6667 is not below .667: the line is drawn as it is printed.
        below = round(result.value, 3) < round(threshold, 3)
        name = "alpha" if coefficient == "krippendorff_alpha" else coefficient.replace("_", " ")
        words = f"{name} {_point(result.value)}, {'below' if below else 'at least'} {_point(threshold, 3)}"
        return Standing(result.value, threshold, below, words)

    @cached_property
    def _cells(self) -> dict[str, Cell]:
        """Measure every code, family and group in a role: any of its codes, over the segments of its roles."""
        wanted: list[tuple[str, ...]] = [(key,) for key in self.codes]
        wanted += [tuple(code.key for code in family.codes if not code.outcome) for family in self.rows.book.families]
        beside = self.roles_table.keys(Role.BESIDE, among=self.codes)
        wanted += [group.codes for group in (*self.roles.all(), self.roles.reworked)] + [beside]
        sets = {digest_of(*sorted(keys)): keys for keys in wanted if keys}
        made: dict[str, Cell] = self.kept.kept(f"standing-{digest_of(*sorted(sets))}", lambda: self._measure(sets))
        return made

    def _measure(self, sets: Mapping[str, Sequence[str]]) -> dict[str, Cell]:
        families = tuple(
            FamilyRow(name, name, "stone", False, tuple(self.codes[key] for key in keys)) for name, keys in sets.items()
        )
        rows = replace(self.rows, book=replace(self.rows.book, families=families))
        cells = measure_present(family_ratings(rows, code_matrices(self.rows)), self.rows.raters)
        return {cell.key: replace(cell, pairs={}, per_transcript={}) for cell in cells}

    # Sessions ----------------------------------------------------------------------------------------------------

    @cached_property
    def attributes(self) -> list[str]:
        """Give the session attributes that sort the sessions into groups, the condition first."""
        values: dict[str, set[str]] = {}
        for fact in self.facts.values():
            for name, value in fact.attributes.items():
                values.setdefault(name, set()).add(value)
        several = [
            name
            for name, found in values.items()
            if 1 < len(found) <= MOST_GROUPS and max(map(len, found)) <= LONGEST_GROUP
        ]
        first = attribute_called(several, CONDITION)
        return [first, *[name for name in several if name != first]] if first else several

    def by(self, asked: Asked) -> str:
        """Give the session attribute to compare by: the one asked for, else the condition, else the first one."""
        if asked.by in self.attributes:
            return asked.by
        return self.attributes[0] if self.attributes else ""

    def position(self, hour: Hour, place: int) -> int:
        """Give the number of a turn from its place in the session, counted from 0."""
        return int(self.rows.units.position[hour.units[place]])

    @cached_property
    def revisions(self) -> dict[str, int]:
        """Give the revision that was coded of each session."""
        return {hour.transcript: hour.revision for hour in self.hours}

    def fact_of(self, hour: Hour) -> SessionFacts:
        """Give what is known of a session."""
        return self.facts[hour.transcript_id]


def plainly(groups: Sequence[Named]) -> Callable[[str], str]:
    """Give a way to put the titles of these groups into a sentence, where they stand by their keys."""
    titles = {named.group.name: named.title for named in groups if named.group.name != named.title.lower()}
    if not titles:
        return lambda text: text
    keys = "|".join(re.escape(key) for key in sorted(titles, key=len, reverse=True))
    found = re.compile(rf"(?<![\w-])(?:{keys})(?![\w-])")
    return lambda text: found.sub(lambda match: titles[match.group()], text)


def digest_of(*words: str) -> str:
    """Make a short name of some words, under which something is kept."""
    return hashlib.sha256(json.dumps(words).encode()).hexdigest()[:16]


def _point(value: float, decimals: int = 2) -> str:
    """Write a coefficient as pages do: .48, 1.00, −.02."""
    text = f"{abs(value):.{decimals}f}"
    return ("−" if value < 0 and float(text) else "") + (text[1:] if text.startswith("0") else text)
