"""The form of a new round: name, kind, version, and a tick for every transcript a rater codes."""

from __future__ import annotations

from collections.abc import Iterable

from django import forms
from django.http import QueryDict

from coding import access
from coding.formats.report.words import decimal
from coding.forms.fields import OneLineForm, ProseField
from coding.forms.training import gates_of
from coding.models import CodebookVersion, ReliabilityPlan, Round
from coding.models.assignment import due_day
from coding.reliability import CLOSE, TENTATIVE
from coding.services.plans import COHEN_IS_FOR_TWO, LONGEST_RATIONALE, PROPOSED, PlanDraft
from coding.services.reasons import LONGEST_REASON
from coding.services.rounds import Share
from transcripts.models import Membership, Study, Transcript

#: A drift check is drawn from a coded round, on that round's page, and nowhere else.
KINDS = [(kind.value, kind.label) for kind in Round.Kind if kind != Round.Kind.DRIFT]


class VersionField(forms.ModelChoiceField):
    """A published version, named with its codebook: a study may have several."""

    def label_from_instance(self, obj: CodebookVersion) -> str:
        """Name the version."""
        return f"{obj.codebook.key} {obj.name}"


class RoundForm(OneLineForm, forms.Form):
    name = forms.CharField(max_length=80, help_text="Raters see it, and not the kind.")
    kind = forms.ChoiceField(
        choices=KINDS,
        initial=Round.Kind.RELIABILITY,
        widget=forms.Select(attrs={"class": "select"}),
    )
    version = VersionField(
        queryset=None, label="Codebook version", empty_label=None, widget=forms.Select(attrs={"class": "select"})
    )
    due_on = forms.DateField(
        required=False, validators=[due_day], label="Due",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="By when to hand in; can be changed.",
    )  # fmt: skip
    notes_for_study = forms.BooleanField(
        label="The study reads the raters' notes on each hour",
        required=False,
        help_text="Each rater is told on the desk. Unticked, a note is its author's until they share it. This stays.",
    )
    others_shown = forms.BooleanField(
        label="Once the round is closed, its raters may see the others' codings beside their own",
        required=False,
        help_text="And read the meeting about them. Can be changed later; never while they still code there.",
    )

    def __init__(self, data: QueryDict | None = None, *, study: Study) -> None:
        super().__init__(data)
        self.fields["opened_by"] = gates_of(study)
        published = CodebookVersion.objects.filter(study=study).in_use().select_related("codebook")
        self.fields["version"].queryset = published.order_by("-published_at")  # type: ignore[attr-defined]


class PlanForm(forms.Form):
    """What the team means to reach, fixed with the round or not at all; asked only when the box is ticked."""

    fixed = forms.BooleanField(required=False, label="Fix a reliability plan with this round")
    coefficient = forms.ChoiceField(
        choices=ReliabilityPlan.Coefficient.choices, widget=forms.Select(attrs={"class": "select"})
    )
    threshold = forms.DecimalField(
        min_value=0, max_value=1, max_digits=4, decimal_places=3, label="Threshold",
        help_text=f"For each code. By custom {decimal(TENTATIVE)} is tentative and {decimal(CLOSE)} good.",
    )  # fmt: skip
    unit = forms.ChoiceField(
        choices=ReliabilityPlan.Unit.choices, widget=forms.Select(attrs={"class": "select"}),
        help_text="Each code is present or absent on each.",
    )  # fmt: skip
    raters = forms.IntegerField(min_value=2, max_value=200, help_text="How many code in this round.")
    share = forms.IntegerField(
        min_value=1, max_value=100, label="Coded twice or more, %", help_text="Of the transcripts of this round."
    )
    interval = forms.ChoiceField(
        choices=ReliabilityPlan.Interval.choices, label="95 % interval",
        widget=forms.Select(attrs={"class": "select"}), help_text="Leaves out one at a time; needs five of them.",
    )  # fmt: skip
    rationale = ProseField(
        max_length=LONGEST_RATIONALE, label="Why so",
        help_text="How the threshold and the number of transcripts were chosen. It stands in the report as written.",
    )  # fmt: skip

    def __init__(self, data: QueryDict | None = None) -> None:
        initial = {name: getattr(PROPOSED, name) for name in self.base_fields if name != "fixed"}
        # Without the tick whatever else was sent is left alone.
        super().__init__(data if data is not None and "plan-fixed" in data else None, prefix="plan", initial=initial)

    def clean(self) -> dict[str, object]:
        """Refuse a coefficient that is not for so many raters."""
        given = super().clean() or {}
        if given.get("coefficient") == ReliabilityPlan.Coefficient.COHEN and given.get("raters", 2) != 2:
            self.add_error("coefficient", COHEN_IS_FOR_TWO)
        return given

    def draft(self) -> PlanDraft | None:
        """Give the plan as it is to be fixed, or nothing when none was asked for."""
        if not self.is_bound:
            return None
        return PlanDraft(**{name: value for name, value in self.cleaned_data.items() if name != "fixed"})


class DueForm(forms.Form):
    """By when the raters of a round are asked to hand in."""

    due_on = forms.DateField(
        required=False,
        validators=[due_day],
        label="Day",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class MoreForm(forms.Form):
    """One more rater for one transcript of a round, and why."""

    rater: forms.ModelChoiceField = forms.ModelChoiceField(
        queryset=None, empty_label=None, widget=forms.Select(attrs={"class": "select"})
    )
    transcript: forms.ModelChoiceField = forms.ModelChoiceField(
        queryset=None, empty_label=None, widget=forms.Select(attrs={"class": "select"})
    )

    reason = forms.CharField(max_length=LONGEST_REASON)

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
