"""What raters see of the sessions: nothing, but for the attributes that the study names."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from transcripts import access
from transcripts.models import SessionAttribute, ShownAttribute, Study
from workbench.accounts.access import require
from workbench.accounts.models import User
from workbench.accounts.refusals import Refusal


class AttributeUnknown(Refusal):
    code = "attribute_unknown"


@transaction.atomic
def show_attributes(*, user: User, study: Study, names: Collection[str]) -> None:
    """Let raters see these session attributes and no others; raises PermissionDenied or AttributeUnknown."""
    require(access.may_manage(user, study))
    wanted = set(names)
    # Two people who save at once come one after the other; the later one counts as a whole.
    Study.objects.select_for_update().get(pk=study.pk)
    shown = set(ShownAttribute.objects.filter(study=study).values_list("name", flat=True))
    known = set(SessionAttribute.objects.filter(study=study, name__in=wanted).values_list("name", flat=True)) | shown
    if unknown := sorted(wanted - known):
        raise AttributeUnknown(f"No session of the study has the attribute “{unknown[0][:60]}”.")
    ShownAttribute.objects.filter(study=study).exclude(name__in=wanted).delete()
    ShownAttribute.objects.bulk_create(ShownAttribute(study=study, name=name) for name in sorted(wanted - shown))
