from django.urls import path

from transcripts.views import join, members, studies

urlpatterns = [
    path("", studies.home, name="home"),
    path("studies/new/", studies.new_study, name="new-study"),
    path("join/<str:key>/", join.join, name="join"),
    path("studies/<slug:study>/leave/", studies.leave, name="leave"),
    path("studies/<slug:study>/members/", members.members, name="members"),
    path("studies/<slug:study>/members/invite/", members.invite, name="invite"),
    path(
        "studies/<slug:study>/members/invitations/<int:invitation_id>/withdraw/",
        members.withdraw,
        name="withdraw-invitation",
    ),
    path("studies/<slug:study>/members/<int:member_id>/role/", members.change_role, name="change-role"),
    path("studies/<slug:study>/members/<int:member_id>/remove/", members.remove, name="remove-member"),
    path("studies/<slug:study>/members/<int:member_id>/bring-back/", members.bring_back, name="bring-back-member"),
    path(
        "studies/<slug:study>/members/<int:member_id>/password-link/",
        members.password_link,
        name="make-password-link",
    ),
]
