"""Enactments of closed rounds: every table, every file, and the roles of codes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from coding import access
from coding.analysis.counts import THIRDS
from coding.api.results import compared_round
from coding.models import AnalysisRole, CodebookVersion
from coding.queries.enactment_sheets import SHEETS, make_sheet
from coding.queries.enactments import Enactments
from coding.queries.enactments_asked import CLOCKS, LAGS, OF, PARTS, UNITS, UNTIL, WINDOWS, Asked
from coding.queries.passages import LONGEST_WORDS, CodePassages, passages
from coding.queries.roles import codes_in_roles, roles_of
from coding.services.enactment_files import file_of
from coding.services.roles import set_roles
from transcripts.api.scope import caller, find_study
from workbench.accounts.access import require


class AskedSerializer(serializers.Serializer):
    """What is asked for; everything may be left out."""

    layer = serializers.CharField(required=False, max_length=200, help_text="majority, adjudicated or rater:LABEL.")
    by = serializers.CharField(required=False, max_length=200, help_text="The session attribute to compare by.")
    where = serializers.CharField(required=False, max_length=200, help_text="One value of that attribute.")
    session = serializers.CharField(required=False, max_length=200, help_text="One transcript.")
    within = serializers.ChoiceField(WINDOWS, required=False, help_text="Turns after a naming.")
    window = serializers.ChoiceField(WINDOWS, required=False, help_text="In how many turns codes go together.")
    lag = serializers.ChoiceField(LAGS, required=False, help_text="How many turns later.")
    unit = serializers.ChoiceField(list(UNITS), required=False, help_text="Turn by turn, or code by code.")
    groups = serializers.ChoiceField(("roles", "families", "codes"), required=False)
    given = serializers.CharField(required=False, max_length=200, help_text="The name of a group.")
    target = serializers.CharField(required=False, max_length=200, help_text="The name of a group.")
    until = serializers.ChoiceField(UNTIL, required=False)
    of = serializers.ChoiceField(OF, required=False)
    clock = serializers.ChoiceField(CLOCKS, required=False)
    part = serializers.ChoiceField(PARTS, required=False, help_text="What counts are parted by.")
    code = serializers.CharField(required=False, max_length=60)
    speaker = serializers.CharField(required=False, max_length=200, help_text="A speaker role.")
    group = serializers.CharField(required=False, max_length=200, help_text="Passages with a code of this group.")
    also = serializers.CharField(required=False, max_length=200, help_text="And one of this group within the window.")
    third = serializers.ChoiceField(THIRDS, required=False, help_text="Passages of this part of each hour.")


class WordsSerializer(AskedSerializer):
    """What is asked for, and words that are looked for in the text."""

    words = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST_WORDS)


def _asked(said: Mapping[str, Any]) -> Asked:
    return Asked(**{name: value for name, value in said.items() if name != "words"})


def _found(request: Request, study: str, round_id: int, asked: Asked) -> Enactments:
    """Find a closed round in the layer that is asked for, over the transcripts that the caller may learn of."""
    round_ = compared_round(request, study, round_id)
    seen = list(access.transcripts_open_to(caller(request), round_).values_list("pk", flat=True))
    try:
        numbers = bool(access.may_see_numbers(caller(request), round_))
        found = Enactments(round_, seen, asked.layer, numbers=numbers, reader=caller(request))
    except KeyError as error:
        raise serializers.ValidationError({"layer": [_layer_words(error)]}) from None
    _check(found, asked)
    return found


def _layer_words(error: KeyError) -> str:
    words = str(error.args[0])
    return f"{words[:1].upper()}{words[1:].rstrip('.')}."


def _check(found: Enactments, asked: Asked) -> None:
    """Refuse what the round does not have, each with what it has."""
    sessions = [hour.transcript for hour in found.hours]
    groups = [named.group.name for named in (*found.in_roles, *found.families, *found.each_code)]
    for name, value, known in (
        ("by", asked.by, found.attributes),
        ("session", asked.session, sessions),
        ("code", asked.code, list(found.codes)),
        ("given", asked.given, groups),
        ("target", asked.target, groups),
        ("group", asked.group, groups),
        ("also", asked.also, groups),
    ):
        if value and value not in known:
            raise serializers.ValidationError({name: [f"This round has: {', '.join(known[:40]) or 'none'}."]})


class RoundEnactments(APIView):
    """What can be asked of a closed round: its layers, groups and tables."""

    @extend_schema(
        operation_id="round_enactments",
        parameters=[AskedSerializer],
        responses=OpenApiResponse(OpenApiTypes.OBJECT, description="As docs/api.md shows it."),
    )
    def get(self, request: Request, study: str, round_id: int) -> Response:
        """List the layers, the groups of codes with their roles and their agreement, the sessions and the tables."""
        said = AskedSerializer(data=request.query_params)
        said.is_valid(raise_exception=True)
        asked = _asked(said.validated_data)
        found = _found(request, study, round_id, asked)
        return Response(
            {
                "round": found.round.name,
                "layer": found.layer.key,
                "layers": [
                    {"key": choice.key, "title": choice.title, "why_not": choice.why_not} for choice in found.choices
                ],
                "ties": len(found.layer.ties),
                "groups": [_group_object(named) for named in found.in_roles],
                "attributes": found.attributes,
                "sessions": [
                    {"transcript": hour.transcript, "turns": len(hour.units), "dyad": fact.dyad, "number": fact.number}
                    for hour in found.hours
                    for fact in [found.fact_of(hour)]
                ],
                "tables": {name: kind.title for name, kind in SHEETS.items()},
            }
        )


def _group_object(named: Any) -> dict[str, Any]:
    standing = named.standing
    return {
        "name": named.group.name,
        "title": named.title,
        "codes": list(named.group.codes),
        "agreement": standing.value,
        "threshold": standing.threshold,
        "below_threshold": standing.is_below,
        "in_words": standing.words,
    }


class EnactmentTable(APIView):
    """One table about the enactments of a round."""

    @extend_schema(
        operation_id="enactment_table",
        parameters=[AskedSerializer, OpenApiParameter("name", str, OpenApiParameter.PATH, enum=list(SHEETS))],
        responses=OpenApiResponse(OpenApiTypes.OBJECT, description="Rows as objects; turns count from 1."),
    )
    def get(self, request: Request, study: str, round_id: int, name: str) -> Response:
        """Give the rows, or the reason for there being none."""
        said = AskedSerializer(data=request.query_params)
        said.is_valid(raise_exception=True)
        asked = _asked(said.validated_data)
        found = _found(request, study, round_id, asked)
        try:
            made = make_sheet(name, found, asked)
        except KeyError:
            raise Http404("There is no such table.") from None
        return Response(
            {
                "table": made.name,
                "title": made.title,
                "round": found.round.name,
                "layer": found.layer.key,
                "layer_words": found.layer.words,
                "rows": made.objects(),
                "note": made.note,
                "why_empty": made.why_empty,
            }
        )


class EnactmentFile(APIView):
    """One file: a table as csv, a picture as svg, or what other programs read."""

    @extend_schema(
        operation_id="enactment_file",
        parameters=[AskedSerializer],
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, study: str, round_id: int, name: str) -> FileResponse:
        """Hand over the file."""
        said = AskedSerializer(data=request.query_params)
        said.is_valid(raise_exception=True)
        asked = _asked(said.validated_data)
        made = file_of(_found(request, study, round_id, asked), asked, name)
        if made is None:
            raise Http404("There is no such file.")
        return FileResponse(made.content, as_attachment=True, filename=made.name, content_type=made.type)


class Passages(APIView):
    """Coded text by code."""

    @extend_schema(operation_id="enactment_passages", request=WordsSerializer, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, study: str, round_id: int) -> Response:
        """Give the coded turns, or those around some words, which stand in the body and in no address."""
        said = WordsSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        asked = _asked(said.validated_data)
        found = _found(request, study, round_id, asked)
        groups = passages(found, asked, said.validated_data.get("words", ""))
        return Response({"layer": found.layer.key, "codes": [_passages_object(group) for group in groups]})


def _passages_object(group: CodePassages) -> dict[str, Any]:
    return {
        "code": group.key,
        "name": group.name,
        "total": group.total,
        "below_threshold": group.is_weak,
        "passages": [
            {
                "transcript": one.transcript,
                "turn": one.position,
                "speaker": one.speaker,
                "intensity": one.rating,
                "raters": one.gave,
                "evidence": list(one.evidence),
                "text": one.text,
            }
            for one in group.passages
        ],
    }


class RolesSerializer(serializers.Serializer):
    """The role of codes by their keys, "" for none; codes that are left out keep theirs."""

    roles = serializers.DictField(child=serializers.CharField(allow_blank=True, max_length=60))


class CodebookRoles(APIView):
    """In which role of an enactment each code of a codebook stands."""

    @extend_schema(operation_id="codebook_roles", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, study: str, version_id: int) -> Response:
        """Give the role of every code, and whether the study decided it."""
        version = self._version(request, study, version_id)
        table = roles_of(version.codebook)
        return Response(
            {
                "decided": table.is_decided,
                "roles": {code.key: code.role for code in codes_in_roles(version, table)},
                "choices": AnalysisRole.Role.values,
            }
        )

    @extend_schema(operation_id="set_codebook_roles", request=RolesSerializer, responses=OpenApiTypes.OBJECT)
    def put(self, request: Request, study: str, version_id: int) -> Response:
        """Say the roles of codes; publishing does not freeze them, and every change is kept."""
        version = self._version(request, study, version_id)
        said = RolesSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        set_roles(user=caller(request), version=version, roles=said.validated_data["roles"])
        return self.get(request, study, version_id)

    def _version(self, request: Request, study: str, version_id: int) -> CodebookVersion:
        found = find_study(request, study)
        versions = CodebookVersion.objects.select_related("codebook", "study")
        version: CodebookVersion = get_object_or_404(versions, study=found, pk=version_id)
        require(access.may_read_codebook(caller(request), found, published=version.is_published))
        return version
