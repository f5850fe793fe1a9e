from django.urls import path

from transcripts.api import attributes, members, segments, studies, transcripts

urlpatterns = [
    path("studies/", studies.Studies.as_view()),
    path("studies/<slug:study>/", studies.OneStudy.as_view()),
    path("studies/<slug:study>/members/", members.Members.as_view()),
    path("studies/<slug:study>/invitations/", members.Invitations.as_view()),
    path("studies/<slug:study>/invitations/<int:invitation_id>/", members.OneInvitation.as_view()),
    path("studies/<slug:study>/attributes/", attributes.ShownAttributes.as_view()),
    path("studies/<slug:study>/transcripts/", transcripts.Transcripts.as_view()),
    path("studies/<slug:study>/transcripts/<int:transcript_id>/", transcripts.OneTranscript.as_view()),
    path("studies/<slug:study>/transcripts/<int:transcript_id>/segments/", segments.Segments.as_view()),
]
