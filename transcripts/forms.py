"""What people type to start a study and to invite others into it."""

from __future__ import annotations

from django import forms

from transcripts.models import Membership, Study
from transcripts.models.study import plain_words

_LABEL_HELP = "How this person is called in data and exports, for good: rater_a, not a name or an address."


class StudyForm(forms.ModelForm):
    """A new study, and the label of the person who starts it."""

    label = forms.CharField(
        label="Your label in it", max_length=80, initial="coordinator", validators=[plain_words], help_text=_LABEL_HELP
    )

    class Meta:
        model = Study
        fields = ["title", "question"]
        labels = {"title": "Title", "question": "What it asks"}
        widgets = {"question": forms.Textarea(attrs={"rows": 3})}


class InvitationForm(forms.Form):
    """For whom a link is made."""

    label = forms.CharField(label="Label", max_length=80, validators=[plain_words], help_text=_LABEL_HELP)
    role = forms.ChoiceField(
        label="Role",
        choices=Membership.Role.choices,
        initial=Membership.Role.RATER,
        widget=forms.Select(attrs={"class": "select"}),
    )


class RoleForm(forms.Form):
    """Another role for a member."""

    role = forms.ChoiceField(choices=Membership.Role.choices)
