"""The way into every page about enactments: the round, the layer that is asked for, and what all of them show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from coding import access
from coding.models import Round
from coding.queries.enactments import Enactments
from coding.queries.enactments_asked import WINDOWS, Asked, asked_of
from coding.queries.results import comparable_rounds
from coding.views.reliability import find_round, not_yet, seen_by
from transcripts.views.scope import Scope, enter, person

#: The pages about one round, in the order of their tabs.
PAGES = {
    "enactments": "The hours",
    "enactments-pulls": "Pulls and namings",
    "enactments-sequences": "What follows what",
    "enactments-counts": "Counts",
    "enactments-dyads": "Over the sessions",
    "enactments-reading": "Reading",
}


@dataclass(frozen=True, slots=True)
class EnactmentsPlace:
    """Where a page is: its study, its round, what is asked, and what was found."""

    request: HttpRequest
    scope: Scope
    round: Round
    asked: Asked
    found: Enactments

    def url(self, name: str, **query: Any) -> str:
        """Give the address of another page of this round that asks for the same."""
        address = reverse(name, args=[self.scope.study.slug, self.round.pk])
        asked = self.asked.query(**query)
        return f"{address}?{asked}" if asked else address

    def turn_url(self, revision: int, position: int) -> str:
        """Give the address of one turn in its hour."""
        address = reverse("enactments-hour", args=[self.scope.study.slug, self.round.pk, revision])
        layer = Asked(layer=self.asked.layer).query()
        return f"{address}{'?' if layer else ''}{layer}#turn-{position}"

    def context(self, page: str) -> dict[str, Any]:
        """Give what every page of the round shows around its own part."""
        found = self.found
        return {
            "scope": self.scope,
            "tab": "enactments",
            "round": self.round,
            "asked": self.asked,
            "layer": found.layer,
            "layers": found.choices,
            "layer_links": [
                (choice, f"?{self.asked.query(layer=choice.key)}", choice.key == found.layer.key)
                for choice in found.choices
            ],
            "by": found.by(self.asked),
            "windows": WINDOWS,
            "pages": [(name, title, self.url(name), name == page) for name, title in PAGES.items()],
            "page_title": PAGES.get(page, "The hours"),
            "rounds": comparable_rounds(person(self.request), self.scope.study),
            "left_out": self.round.assignments.values("transcript").distinct().count()
            - len({hour.transcript_id for hour in found.hours}),
            "weak": [named for named in [*found.in_roles, *found.each_code] if named.standing.is_below],
            "attributes": found.attributes,
            "query": self.asked.query(),
            "total_hours": len(found.hours),
            "has_roles": found.roles_table.says_something,
            "version": self.round.version,
        }


def enter_enactments(request: HttpRequest, study: str, round_id: int) -> EnactmentsPlace | HttpResponse:
    """Find a round and the layer that is asked for, or say why its results cannot be read yet."""
    scope = enter(request, study)
    round_ = find_round(scope, round_id)
    decision = access.may_compare_raters(person(request), round_)
    if not decision:
        return not_yet(request, scope, round_, decision)
    asked = asked_of(request.GET)
    try:
        numbers = bool(access.may_see_numbers(person(request), round_))
        found = Enactments(round_, seen_by(request, round_), asked.layer, numbers=numbers, reader=person(request))
    except KeyError:
        raise Http404("This round has no such layer.") from None
    return EnactmentsPlace(request, scope, round_, asked, found)
