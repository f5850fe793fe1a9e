from django.urls import path

from coding.api import (
    adjudication,
    codebook_changes,
    codebooks,
    comparison,
    desk,
    discussions,
    drawing,
    drift,
    enactments,
    exports,
    late_changes,
    mapping,
    meeting,
    memos,
    outcome,
    planner,
    results,
    rounds,
    runs,
    segment_examples,
    training,
    validation,
)

VERSION = "studies/<slug:study>/codebooks/<int:version_id>/"
ROUND = "studies/<slug:study>/rounds/<int:round_id>/"
ADJUDICATION = ROUND + "adjudication/"

urlpatterns = [
    # codebooks
    path("studies/<slug:study>/codebooks/", codebooks.Codebooks.as_view()),
    path(VERSION, codebooks.OneCodebook.as_view()),
    path(VERSION + "roles/", enactments.CodebookRoles.as_view()),
    path(VERSION + "publish/", codebooks.PublishCodebook.as_view()),
    path(VERSION + "retire/", codebooks.RetireCodebook.as_view()),
    path(VERSION + "draft/", codebooks.DraftCodebook.as_view()),
    path(VERSION + "file/<str:layout>/", codebooks.CodebookLayout.as_view()),
    path(VERSION + "examples/", segment_examples.CodebookExamples.as_view()),
    path(VERSION + "examples/<int:example_id>/", segment_examples.OneCodebookExample.as_view()),
    path(VERSION + "mapping/", mapping.CodebookMapping.as_view()),
    path(VERSION + "mapping/review/", mapping.MappingReview.as_view()),
    path(VERSION + "discussion/", discussions.CodeDiscussion.as_view()),
    path(VERSION + "changes/", codebook_changes.CodebookChanges.as_view()),
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
    path("assignments/<uuid:assignment_id>/outcome/", outcome.AssignmentOutcome.as_view()),
    path("assignments/<uuid:assignment_id>/feedback/", training.AssignmentFeedback.as_view()),
    path("assignments/<uuid:assignment_id>/submit/", desk.Submit.as_view()),
    # training
    path(ROUND + "training/", training.RoundTraining.as_view()),
    path(ROUND + "training/gold/", training.TrainingGold.as_view()),
    path(ROUND + "training/clearances/", training.TrainingClearances.as_view()),
    path(ROUND + "learning/", training.OwnLearning.as_view()),
    # results
    path("validation/", validation.Validation.as_view()),
    path("studies/<slug:study>/results/drift/", drift.Drift.as_view()),
    path("studies/<slug:study>/results/compare/", comparison.CompareRounds.as_view()),
    path("studies/<slug:study>/rounds/<int:round_id>/reliability/", results.RoundReliability.as_view()),
    path("studies/<slug:study>/rounds/<int:round_id>/reliability/breakdown/", results.RoundBreakdown.as_view()),
    path("studies/<slug:study>/rounds/<int:round_id>/planner/", planner.Planner.as_view()),
    path("studies/<slug:study>/rounds/<int:round_id>/codings/", results.RoundCodings.as_view()),
    path("studies/<slug:study>/rounds/<int:round_id>/judgements/", results.RoundJudgements.as_view()),
    path(ROUND + "enactments/", enactments.RoundEnactments.as_view()),
    path(ROUND + "enactments/passages/", enactments.Passages.as_view()),
    path(ROUND + "enactments/tables/<str:name>/", enactments.EnactmentTable.as_view()),
    path(ROUND + "enactments/file/<str:name>/", enactments.EnactmentFile.as_view(), name="api-enactment-file"),
    path(ROUND + "runs/", runs.Runs.as_view()),
    path(ROUND + "runs/<uuid:run_id>/", runs.OneRun.as_view()),
    path(ROUND + "runs/<uuid:run_id>/files/<str:name>/", runs.RunFile.as_view(), name="api-run-file"),
    # memos
    path("studies/<slug:study>/memos/", memos.Memos.as_view()),
    path("studies/<slug:study>/memos/<uuid:memo_id>/", memos.OneMemo.as_view()),
    # the meeting
    path(ROUND + "meeting/", meeting.MeetingAgenda.as_view()),
    path(ROUND + "meeting/segments/<int:segment_id>/", meeting.MeetingSegment.as_view()),
    path(ROUND + "meeting/segments/<int:segment_id>/reveal/", meeting.RevealNames.as_view()),
    path(ROUND + "meeting/segments/<int:segment_id>/propose/", meeting.ProposeFromMeeting.as_view()),
    path(VERSION + "proposals/", meeting.Proposals.as_view()),
    # adjudication
    path(ADJUDICATION, adjudication.AdjudicationView.as_view()),
    path(ADJUDICATION + "end/", adjudication.EndAdjudication.as_view()),
    path(ADJUDICATION + "report/", adjudication.AdjudicationReportView.as_view()),
    path(ADJUDICATION + "segments/", adjudication.AdjudicationSegments.as_view()),
    path(ADJUDICATION + "segments/<int:segment_id>/", adjudication.AdjudicationSegment.as_view()),
    path(ADJUDICATION + "segments/<int:segment_id>/undo/", adjudication.UndoAnswer.as_view()),
    path(ADJUDICATION + "segments/<int:segment_id>/names/", adjudication.ShowNames.as_view()),
    path(ROUND + "final/", adjudication.FinalLayerView.as_view()),
    path("studies/<slug:study>/exports/", exports.Exports.as_view()),
    path("studies/<slug:study>/exports/<uuid:export_id>/", exports.OneExport.as_view()),
    path(
        "studies/<slug:study>/exports/<uuid:export_id>/file/", exports.ExportDownload.as_view(), name="api-export-file"
    ),
]
