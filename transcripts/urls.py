from django.urls import path

from transcripts.views import imports, join, members, studies, transcripts

urlpatterns = [
    path("", studies.home, name="home"),
    path("studies/new/", studies.new_study, name="new-study"),
    path("join/<str:key>/", join.join, name="join"),
    path("studies/<slug:study>/leave/", studies.leave, name="leave"),
    path("studies/<slug:study>/numbers/", studies.numbers, name="numbers"),
    path("studies/<slug:study>/members/", members.members, name="members"),
    path("studies/<slug:study>/members/invite/", members.invite, name="invite"),
    path(
        "studies/<slug:study>/members/invitations/<int:invitation_id>/withdraw/",
        members.withdraw,
        name="withdraw-invitation",
    ),
    path("studies/<slug:study>/members/<int:member_id>/role/", members.change_role, name="change-role"),
    path("studies/<slug:study>/members/<int:member_id>/bring-back/", members.bring_back, name="bring-back-member"),
    path("studies/<slug:study>/transcripts/", transcripts.transcripts, name="transcripts"),
    path("studies/<slug:study>/transcripts/upload/", imports.upload, name="upload"),
    path("studies/<slug:study>/transcripts/imports/<uuid:batch>/", imports.preview, name="preview"),
    path(
        "studies/<slug:study>/transcripts/imports/<uuid:batch>/<uuid:upload_id>/<int:number>/",
        imports.preview_transcript,
        name="preview-transcript",
    ),
    path("studies/<slug:study>/transcripts/attributes/", transcripts.show_attributes, name="show-attributes"),
    path("studies/<slug:study>/transcripts/<int:transcript_id>/", transcripts.transcript, name="transcript"),
    path("studies/<slug:study>/transcripts/<int:transcript_id>/file/", transcripts.original_file, name="original-file"),
    path(
        "studies/<slug:study>/transcripts/<int:transcript_id>/attributes/",
        transcripts.set_attributes,
        name="set-attributes",
    ),
    path("studies/<slug:study>/transcripts/<int:transcript_id>/delete/", transcripts.delete, name="delete-transcript"),
]
