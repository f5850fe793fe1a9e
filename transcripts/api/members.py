"""Members of a study, and invitations to it."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from transcripts import access
from transcripts.api.scope import caller, find_study
from transcripts.models import Invitation, Membership
from transcripts.models.study import plain_words
from transcripts.services import invitations
from transcripts.services import members as services
from workbench.accounts.access import require


class MemberSerializer(serializers.ModelSerializer):
    """A member: a person, or a rater who came with imported codings."""

    name = serializers.CharField(source="user.name", default="", read_only=True)
    email = serializers.EmailField(source="user.email", default="", read_only=True)

    class Meta:
        model = Membership
        fields = ["id", "label", "role", "kind", "name", "email", "joined_at", "left_at"]
        read_only_fields = fields


class RoleSerializer(serializers.Serializer):
    """Another role for a member."""

    role = serializers.ChoiceField(choices=Membership.Role.choices)


class InvitationSerializer(serializers.ModelSerializer):
    """An open invitation."""

    class Meta:
        model = Invitation
        fields = ["id", "label", "role", "created_at", "expires_at"]
        read_only_fields = fields


class NewInvitationSerializer(serializers.Serializer):
    """Whom to invite, as what."""

    label = serializers.CharField(max_length=80, validators=[plain_words])  # type: ignore[assignment]
    role = serializers.ChoiceField(choices=Membership.Role.choices, default=Membership.Role.RATER)


class MadeInvitationSerializer(InvitationSerializer):
    """A new invitation with its link, which is said this once."""

    link = serializers.URLField(read_only=True)

    class Meta(InvitationSerializer.Meta):
        fields = [*InvitationSerializer.Meta.fields, "link"]
        read_only_fields = fields


class Members(generics.ListAPIView):
    """The members of a study: coordinators see all of them, everybody else themselves."""

    serializer_class = MemberSerializer
    queryset = Membership.objects.none()

    def get_queryset(self) -> QuerySet[Membership]:
        study, user = find_study(self.request, self.kwargs["study"]), caller(self.request)
        rows = study.memberships.select_related("user").order_by("label")
        return rows if access.may_manage(user, study) else rows.filter(user=user.pk)


class OneMember(generics.GenericAPIView):
    """One member of a study."""

    serializer_class = MemberSerializer
    queryset = Membership.objects.none()
    #: What closes the study to somebody else; those who know of their coding have more to say.
    remove = staticmethod(services.remove)

    def find(self, request: Request, study: str, member_id: int) -> Membership:
        """Find a member whom the person may see; others do not exist for them."""
        found = find_study(request, study)
        member = get_object_or_404(found.memberships.select_related("user", "study"), pk=member_id)
        require(access.may_see_member(caller(request), member))
        return member

    def get(self, request: Request, study: str, member_id: int) -> Response:
        """Show one member."""
        return Response(MemberSerializer(self.find(request, study, member_id)).data)

    @extend_schema(request=RoleSerializer)
    def patch(self, request: Request, study: str, member_id: int) -> Response:
        """Give the member another role."""
        member = self.find(request, study, member_id)
        given = RoleSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        services.change_role(user=caller(request), member=member, **given.validated_data)
        return Response(MemberSerializer(member).data)

    def delete(self, request: Request, study: str, member_id: int) -> Response:
        """Close the study to the member, or leave it oneself; what was coded stays."""
        member, user = self.find(request, study, member_id), caller(request)
        if member.user_id == user.pk:
            services.leave(user=user, study=member.study)
        else:
            self.remove(user=user, member=member)
        return Response(status=status.HTTP_204_NO_CONTENT)


class Invitations(generics.ListAPIView):
    """The open invitations to a study."""

    serializer_class = InvitationSerializer
    queryset = Invitation.objects.none()

    def get_queryset(self) -> QuerySet[Invitation]:
        study = find_study(self.request, self.kwargs["study"])
        require(access.may_manage(caller(self.request), study))
        rows: QuerySet[Invitation] = study.invitations.open().order_by("expires_at", "pk")
        return rows

    @extend_schema(request=NewInvitationSerializer, responses={201: MadeInvitationSerializer})
    def post(self, request: Request, study: str) -> Response:
        """Make an invitation; its link is in this answer and nowhere else."""
        found = find_study(request, study)
        require(access.may_manage(caller(request), found))
        given = NewInvitationSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        made, key = invitations.invite(user=caller(request), study=found, **given.validated_data)
        made.refresh_from_db()
        answer: dict[str, Any] = dict(InvitationSerializer(made).data)
        answer["link"] = request.build_absolute_uri(reverse("join", args=[key]))
        return Response(answer, status=status.HTTP_201_CREATED)


class OneInvitation(generics.GenericAPIView):
    """One open invitation."""

    serializer_class = InvitationSerializer
    queryset = Invitation.objects.none()

    def delete(self, request: Request, study: str, invitation_id: int) -> Response:
        """Take the invitation back."""
        found = find_study(request, study)
        require(access.may_manage(caller(request), found))
        invitation = get_object_or_404(found.invitations.open(), pk=invitation_id)
        invitations.withdraw(user=caller(request), invitation=invitation)
        return Response(status=status.HTTP_204_NO_CONTENT)
