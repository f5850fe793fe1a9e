from django.urls import path

from coding.views import (
    beside,
    codebook_drafts,
    codebooks,
    comparison,
    desk,
    disagreements,
    drawing,
    drift,
    exports,
    notes,
    password_links,
    planner,
    reliability,
    reliability_code,
    rounds,
    runs,
    study,
    validation,
)

VERSION = "studies/<slug:study>/codebooks/<int:version_id>/"

urlpatterns = [
    path("studies/<slug:study>/", study.home, name="study"),
    path(
        "studies/<slug:study>/members/<int:member_id>/password-link/",
        password_links.password_link,
        name="make-password-link",
    ),
    # codebooks
    path("studies/<slug:study>/codebooks/", codebooks.versions, name="codebooks"),
    path("studies/<slug:study>/codebooks/upload/", codebooks.upload, name="codebook-upload"),
    path("studies/<slug:study>/codebooks/start/", codebooks.start, name="codebook-start"),
    path(VERSION, codebooks.read, name="codebook"),
    path(VERSION + "file/", codebooks.download, name="codebook-file"),
    path(VERSION + "publish/", codebooks.publish, name="codebook-publish"),
    path(VERSION + "discard/", codebooks.discard, name="codebook-discard"),
    path(VERSION + "draft/", codebooks.open_draft, name="codebook-draft"),
    path(VERSION + "settings/", codebook_drafts.settings, name="codebook-settings"),
    path(VERSION + "families/new/", codebook_drafts.family, name="new-family"),
    path(VERSION + "families/<int:family_id>/", codebook_drafts.family, name="family"),
    path(VERSION + "families/<int:part_id>/remove/", codebook_drafts.remove, {"part": "family"}, name="remove-family"),
    path(VERSION + "families/<int:part_id>/move/", codebook_drafts.move, {"part": "family"}, name="move-family"),
    path(VERSION + "codes/new/", codebook_drafts.code, name="new-code"),
    path(VERSION + "codes/<int:code_id>/", codebook_drafts.code, name="code"),
    path(VERSION + "codes/<int:part_id>/remove/", codebook_drafts.remove, {"part": "code"}, name="remove-code"),
    path(VERSION + "codes/<int:part_id>/move/", codebook_drafts.move, {"part": "code"}, name="move-code"),
    path(VERSION + "attributes/new/", codebook_drafts.attribute, name="new-attribute"),
    path(VERSION + "attributes/<int:attribute_id>/", codebook_drafts.attribute, name="attribute"),
    path(
        VERSION + "attributes/<int:part_id>/remove/",
        codebook_drafts.remove,
        {"part": "attribute"},
        name="remove-attribute",
    ),
    path(
        VERSION + "attributes/<int:part_id>/move/", codebook_drafts.move, {"part": "attribute"}, name="move-attribute"
    ),
    # rounds
    path("studies/<slug:study>/rounds/", rounds.overview, name="rounds"),
    path("studies/<slug:study>/rounds/new/", rounds.new, name="new-round"),
    path("studies/<slug:study>/rounds/draw/", drawing.draw, name="draw-round"),
    path("studies/<slug:study>/rounds/<int:round_id>/", rounds.show, name="round"),
    path("studies/<slug:study>/rounds/<int:round_id>/due/", rounds.set_due, name="round-due"),
    path("studies/<slug:study>/rounds/<int:round_id>/leave/", drawing.rater_leaves, name="rater-leaves"),
    path("studies/<slug:study>/rounds/<int:round_id>/others/", rounds.show_others, name="round-others"),
    path("studies/<slug:study>/rounds/<int:round_id>/raters/", rounds.add_raters, name="round-raters"),
    path(
        "studies/<slug:study>/rounds/<int:round_id>/assignments/<uuid:assignment_id>/withdraw/",
        rounds.withdraw,
        name="withdraw-assignment",
    ),
    path(
        "studies/<slug:study>/rounds/<int:round_id>/assignments/<uuid:assignment_id>/reopen/",
        rounds.reopen,
        name="reopen-assignment",
    ),
    # the desk
    path("assignments/<uuid:assignment_id>/", desk.desk, name="desk"),
    path("assignments/<uuid:assignment_id>/turns/", desk.turns, name="turns"),
    path("assignments/<uuid:assignment_id>/find/", desk.find, name="find"),
    path("assignments/<uuid:assignment_id>/acts/", desk.acts, name="acts"),
    path("assignments/<uuid:assignment_id>/codings/", desk.earlier_codings, name="earlier-codings"),
    path("assignments/<uuid:assignment_id>/note/", notes.note, name="note"),
    path("assignments/<uuid:assignment_id>/beside/", beside.show, name="beside"),
    path("assignments/<uuid:assignment_id>/submit/", desk.submit, name="submit"),
    # results
    path("validation/", validation.validation, name="validation"),
    path("studies/<slug:study>/results/", reliability.results, name="results"),
    path("studies/<slug:study>/results/drift/", drift.drift, name="drift"),
    path("studies/<slug:study>/results/compare/", comparison.compare, name="compare"),
    path("studies/<slug:study>/rounds/<int:round_id>/reliability/", reliability.reliability, name="reliability"),
    path(
        "studies/<slug:study>/rounds/<int:round_id>/reliability/code/",
        reliability_code.reliability_code,
        name="reliability-code",
    ),
    path(
        "studies/<slug:study>/rounds/<int:round_id>/disagreements/", disagreements.disagreements, name="disagreements"
    ),
    path("studies/<slug:study>/rounds/<int:round_id>/runs/", runs.overview, name="runs"),
    path("studies/<slug:study>/rounds/<int:round_id>/runs/<uuid:run_id>/", runs.show, name="run"),
    path(
        "studies/<slug:study>/rounds/<int:round_id>/runs/<uuid:run_id>/files/<str:name>/",
        runs.run_file,
        name="run-file",
    ),
    path("studies/<slug:study>/rounds/<int:round_id>/planner/", planner.planner, name="planner"),
    path("studies/<slug:study>/exports/", exports.exports, name="exports"),
    path("exports/<uuid:export_id>/", exports.export_file, name="export-file"),
]
