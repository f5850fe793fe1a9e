from django.urls import path

from coding.api import (
    codebooks,
    comparison,
    desk,
    drawing,
    drift,
    exports,
    late_changes,
    planner,
    results,
    rounds,
    runs,
    validation,
)

VERSION = "studies/<slug:study>/codebooks/<int:version_id>/"
ROUND = "studies/<slug:study>/rounds/<int:round_id>/"

urlpatterns = [
    # codebooks
    path("studies/<slug:study>/codebooks/", codebooks.Codebooks.as_view()),
    path(VERSION, codebooks.OneCodebook.as_view()),
    path(VERSION + "publish/", codebooks.PublishCodebook.as_view()),
    path(VERSION + "draft/", codebooks.DraftCodebook.as_view()),
    # rounds
    path("studies/<slug:study>/rounds/", rounds.Rounds.as_view()),
    path("studies/<slug:study>/rounds/draw/", drawing.DrawRound.as_view()),
    path(ROUND, rounds.OneRound.as_view()),
    path(ROUND + "assignments/", rounds.RoundAssignments.as_view()),
    path(ROUND + "leave/", late_changes.RaterLeaves.as_view()),
    path(ROUND + "assignments/<uuid:assignment_id>/withdraw/", rounds.WithdrawAssignment.as_view()),
    path(ROUND + "assignments/<uuid:assignment_id>/reopen/", rounds.ReopenAssignment.as_view()),
    # a rater's own assignments
    path("assignments/", desk.Assignments.as_view()),
    path("assignments/<uuid:assignment_id>/", desk.OneAssignment.as_view()),
    path("assignments/<uuid:assignment_id>/segments/", desk.AssignmentSegments.as_view()),
    path("assignments/<uuid:assignment_id>/judgements/", desk.AssignmentJudgements.as_view()),
    path("assignments/<uuid:assignment_id>/acts/", desk.Acts.as_view()),
    path("assignments/<uuid:assignment_id>/note/", desk.OwnNote.as_view()),
    path("assignments/<uuid:assignment_id>/submit/", desk.Submit.as_view()),
    # results
    path("validation/", validation.Validation.as_view()),
    path("studies/<slug:study>/results/drift/", drift.Drift.as_view()),
    path("studies/<slug:study>/results/compare/", comparison.CompareRounds.as_view()),
    path("studies/<slug:study>/rounds/<int:round_id>/reliability/", results.RoundReliability.as_view()),
    path("studies/<slug:study>/rounds/<int:round_id>/reliability/breakdown/", results.RoundBreakdown.as_view()),
    path("studies/<slug:study>/rounds/<int:round_id>/planner/", planner.Planner.as_view()),
    path("studies/<slug:study>/rounds/<int:round_id>/codings/", results.RoundCodings.as_view()),
    path("studies/<slug:study>/rounds/<int:round_id>/judgements/", results.RoundJudgements.as_view()),
    path(ROUND + "runs/", runs.Runs.as_view()),
    path(ROUND + "runs/<uuid:run_id>/", runs.OneRun.as_view()),
    path(ROUND + "runs/<uuid:run_id>/files/<str:name>/", runs.RunFile.as_view(), name="api-run-file"),
    path("studies/<slug:study>/exports/", exports.Exports.as_view()),
    path("studies/<slug:study>/exports/<uuid:export_id>/", exports.OneExport.as_view()),
    path(
        "studies/<slug:study>/exports/<uuid:export_id>/file/", exports.ExportDownload.as_view(), name="api-export-file"
    ),
]
