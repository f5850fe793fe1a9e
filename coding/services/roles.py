"""Saying in which role of an enactment each code stands."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.db.models.functions import Now

from coding.models import AnalysisRole, Code, Codebook, CodebookVersion
from coding.queries.roles import roles_of
from transcripts import access as material
from transcripts.access import membership
from workbench.accounts.access import require
from workbench.accounts.models import User
from workbench.accounts.refusals import Refusal


class UnknownRole(Refusal):
    code = "unknown_role"


@transaction.atomic
def set_roles(*, user: User, version: CodebookVersion, roles: Mapping[str, str]) -> int:
    """
    Say the role of codes by their keys, "" for none; codes that are not named keep theirs. Give how many changed.

    The first decision writes down the role of every code of the version, so that what came with the codebook, or
    comes with a later release, no longer counts. Raises PermissionDenied or UnknownRole.
    """
    require(material.may_manage(user, version.study))
    # The row lock puts two coordinators in order: the later one wins whole rows, never halves of a table.
    codebook = Codebook.objects.select_for_update().get(pk=version.codebook_id)
    known = list(Code.objects.filter(version=version, outcome="").order_by("position").values_list("key", flat=True))
    _check(roles, known)
    before = roles_of(codebook)
    after = {**before.by_code, **{key: before.by_code.get(key, "") for key in known}, **roles}
    stored = dict(AnalysisRole.objects.filter(codebook=codebook).values_list("code_key", "role"))
    changed = {key: role for key, role in after.items() if stored.get(key) != role}
    member = membership(user, version.study)
    AnalysisRole.objects.bulk_create(
        [
            AnalysisRole(study_id=version.study_id, codebook=codebook, code_key=key, role=role, set_by=member)
            for key, role in changed.items()
            if key not in stored
        ]
    )
    for key, role in changed.items():
        if key in stored:
            row = AnalysisRole.objects.filter(codebook=codebook, code_key=key)
            row.update(role=role, set_by=member, set_at=Now())
    return sum(before.by_code.get(key, "") != role for key, role in changed.items())


def _check(roles: Mapping[str, str], known: list[str]) -> None:
    for key, role in roles.items():
        if key not in known:
            raise UnknownRole(f"The codebook has no code “{key[:60]}”.")
        if role and role not in AnalysisRole.Role.values:
            words = ", ".join(AnalysisRole.Role.values)
            raise UnknownRole(f"“{role[:60]}” is no role: write one of {words}, or nothing.")
