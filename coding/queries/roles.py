"""In which role of an enactment each code of a codebook stands: as decided in the study, or as the codebook came."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from coding.analysis.material import Group, Roles, relational_moves
from coding.models import AnalysisRole, Code, Codebook, CodebookVersion

Role = AnalysisRole.Role
#: What a role is called as a group of codes, in figures and sentences.
NAMES = {
    Role.PULL: "pull",
    Role.NOTICING: "noticing",
    Role.NAMING: "naming",
    Role.RECOGNISED: "recognised",
    Role.UNDERSTOOD: "understood",
    Role.NEW: "new response",
    Role.TURNED_AWAY: "turned away",
    Role.BESIDE: "beside",
}
WORDS = {
    Role.PULL: "What is enacted: somebody pulls, somebody is drawn in.",
    Role.NOTICING: "Somebody sees that something is enacted, without saying what.",
    Role.NAMING: "It is put into words between the two.",
    Role.RECOGNISED: "After a naming: the pattern is recognised.",
    Role.UNDERSTOOD: "After a naming: it is understood what the pattern is for.",
    Role.NEW: "After a naming: something new is done.",
    Role.TURNED_AWAY: "After a naming: it is turned away from.",
    Role.BESIDE: "What is counted beside all this, such as alliance behaviour.",
}
_BESIDE = ("ALL-COL", "ALL-FBK", "ALL-WRM", "ALL-STR")


def _as_shipped() -> dict[str, dict[str, str]]:
    """Give the roles of codebooks that come with the workbench: by codebook, then by code."""
    roles = relational_moves()
    groups = dict(zip((role for role in Role if role != Role.BESIDE), roles.all(), strict=True))
    moves = {key: str(role) for role, group in groups.items() for key in group.codes}
    return {"relational-moves": moves | dict.fromkeys(_BESIDE, str(Role.BESIDE))}


SHIPPED: Mapping[str, Mapping[str, str]] = _as_shipped()


@dataclass(frozen=True, slots=True)
class RoleTable:
    """The role of each code by its key; `is_decided` tells a decision of the study from what came with the codebook."""

    by_code: Mapping[str, str]
    is_decided: bool
    set_at: datetime | None = None
    set_by: str = ""

    @property
    def says_something(self) -> bool:
        """Tell whether any code stands in a role."""
        return any(self.by_code.values())

    def keys(self, *roles: str, among: Iterable[str]) -> tuple[str, ...]:
        """Give the codes that stand in one of these roles, in the order given."""
        return tuple(key for key in among if self.by_code.get(key, "") in roles)


def roles_of(codebook: Codebook) -> RoleTable:
    """Read the roles of a codebook, in one statement."""
    columns = ("code_key", "role", "set_at", "set_by__label")
    rows = list(AnalysisRole.objects.filter(codebook=codebook).order_by("set_at", "pk").values_list(*columns))
    if not rows:
        return RoleTable(SHIPPED.get(codebook.key, {}), is_decided=False)
    return RoleTable({key: role for key, role, *_ in rows}, True, rows[-1][2], rows[-1][3] or "")


def groups_in_roles(table: RoleTable, keys: Sequence[str]) -> Roles:
    """Arrange these codes as the analyses take them; a role in which no code stands is an empty group."""

    def group(role: Role) -> Group:
        return Group(NAMES[role], table.keys(role, among=keys))

    return Roles(
        pull=group(Role.PULL),
        naming=group(Role.NAMING),
        noticing=group(Role.NOTICING),
        recognised=group(Role.RECOGNISED),
        understood=group(Role.UNDERSTOOD),
        new=group(Role.NEW),
        turned_away=group(Role.TURNED_AWAY),
    )


@dataclass(frozen=True, slots=True)
class CodeInRole:
    """One code of a version with the role it stands in."""

    key: str
    name: str
    slot: str
    family: str
    role: str


def codes_in_roles(version: CodebookVersion, table: RoleTable) -> list[CodeInRole]:
    """Give every code of a version that can be given, in the order of the codebook."""
    rows = Code.objects.filter(version=version, outcome="").order_by("family__position", "position")
    columns = ("key", "name", "family__slot", "family__name")
    return [
        CodeInRole(key, name, slot, family, table.by_code.get(key, ""))
        for key, name, slot, family in rows.values_list(*columns)
    ]
