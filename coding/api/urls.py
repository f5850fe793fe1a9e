from django.urls import path

from coding.api import desk

urlpatterns = [
    # a rater's own assignments
    path("assignments/", desk.Assignments.as_view()),
    path("assignments/<uuid:assignment_id>/", desk.OneAssignment.as_view()),
    path("assignments/<uuid:assignment_id>/segments/", desk.AssignmentSegments.as_view()),
    path("assignments/<uuid:assignment_id>/judgements/", desk.AssignmentJudgements.as_view()),
    path("assignments/<uuid:assignment_id>/acts/", desk.Acts.as_view()),
    path("assignments/<uuid:assignment_id>/submit/", desk.Submit.as_view()),
]
