"""The form of a new round: name, kind, version, and a tick for every transcript a rater codes."""

from __future__ import annotations

from collections.abc import Iterable

from django import forms
from django.http import QueryDict

from coding import access
from coding.forms.fields import OneLineForm
from coding.models import CodebookVersion, Round
from coding.services.rounds import Share
from transcripts.models import Membership, Study, Transcript


class VersionField(forms.ModelChoiceField):
    """A published version, named with its codebook: a study may have several."""

    def label_from_instance(self, obj: CodebookVersion) -> str:
        """Name the version."""
        return f"{obj.codebook.key} {obj.name}"


class RoundForm(OneLineForm, forms.Form):
    name = forms.CharField(max_length=80)
    kind = forms.ChoiceField(
        choices=Round.Kind.choices,
        initial=Round.Kind.RELIABILITY,
        widget=forms.Select(attrs={"class": "select"}),
    )
    version = VersionField(
        queryset=None, label="Codebook version", empty_label=None, widget=forms.Select(attrs={"class": "select"})
    )
    notes_for_study = forms.BooleanField(
        label="The study reads the raters' notes on each hour",
        required=False,
        help_text="Each rater is told on the desk. Unticked, a note is its author's until they share it. This stays.",
    )
    others_shown = forms.BooleanField(
        label="Once the round is closed, its raters may see the others' codings beside their own",
        required=False,
        help_text="Can be changed later. Nobody sees them while they have open coding on the transcript.",
    )

    def __init__(self, data: QueryDict | None = None, *, study: Study) -> None:
        super().__init__(data)
        published = CodebookVersion.objects.filter(study=study).published().select_related("codebook")
        self.fields["version"].queryset = published.order_by("-published_at")  # type: ignore[attr-defined]


class MoreForm(forms.Form):
    """One more rater for one transcript of a round."""

    rater: forms.ModelChoiceField = forms.ModelChoiceField(
        queryset=None, empty_label=None, widget=forms.Select(attrs={"class": "select"})
    )
    transcript: forms.ModelChoiceField = forms.ModelChoiceField(
        queryset=None, empty_label=None, widget=forms.Select(attrs={"class": "select"})
    )

    def __init__(self, data: QueryDict | None = None, *, study: Study, raters: Iterable[Membership]) -> None:
        raters = list(raters)
        proposed = [rater for rater in raters if access.codes_unless_said_otherwise(rater)]
        super().__init__(data, auto_id="more_%s", initial={"rater": proposed[0].pk} if proposed else None)
        places = Membership.objects.filter(study=study, pk__in=[rater.pk for rater in raters]).order_by("label")
        self.fields["rater"].queryset = places  # type: ignore[attr-defined]
        self.fields["transcript"].queryset = study.transcripts.order_by("name")  # type: ignore[attr-defined]


def tick_name(transcript: Transcript, rater: Membership) -> str:
    """Name the tick that gives a transcript to a rater."""
    return f"give-{transcript.pk}-{rater.pk}"


def ticks_of(
    transcript: Transcript, raters: Iterable[Membership], data: QueryDict | None
) -> list[tuple[Membership, str, bool]]:
    """Give the tick of each rater: as it was sent, at first whatever is proposed."""
    names = [(rater, tick_name(transcript, rater)) for rater in raters]
    if data is not None:
        return [(rater, name, name in data) for rater, name in names]
    return [(rater, name, access.codes_unless_said_otherwise(rater)) for rater, name in names]


def shares_of(data: QueryDict, transcripts: Iterable[Transcript], raters: Iterable[Membership]) -> list[Share]:
    """Give the shares that were ticked; only members and transcripts of the study are looked for."""
    raters = list(raters)
    shares = [
        Share(transcript, [rater for rater in raters if tick_name(transcript, rater) in data])
        for transcript in transcripts
    ]
    return [share for share in shares if share.raters]
