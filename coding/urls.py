from django.urls import path

from coding.views import codebooks, desk, rounds, study

VERSION = "studies/<slug:study>/codebooks/<int:version_id>/"

urlpatterns = [
    path("studies/<slug:study>/", study.home, name="study"),
    # codebooks
    path("studies/<slug:study>/codebooks/", codebooks.versions, name="codebooks"),
    path("studies/<slug:study>/codebooks/upload/", codebooks.upload, name="codebook-upload"),
    path("studies/<slug:study>/codebooks/start/", codebooks.start, name="codebook-start"),
    path(VERSION, codebooks.read, name="codebook"),
    path(VERSION + "file/", codebooks.download, name="codebook-file"),
    path(VERSION + "publish/", codebooks.publish, name="codebook-publish"),
    path(VERSION + "discard/", codebooks.discard, name="codebook-discard"),
    path(VERSION + "draft/", codebooks.open_draft, name="codebook-draft"),
    path(VERSION + "settings/", codebooks.settings, name="codebook-settings"),
    path(VERSION + "families/new/", codebooks.family, name="new-family"),
    path(VERSION + "families/<int:family_id>/", codebooks.family, name="family"),
    path(VERSION + "families/<int:family_id>/remove/", codebooks.remove_family, name="remove-family"),
    path(VERSION + "codes/new/", codebooks.code, name="new-code"),
    path(VERSION + "codes/<int:code_id>/", codebooks.code, name="code"),
    path(VERSION + "codes/<int:code_id>/remove/", codebooks.remove_code, name="remove-code"),
    # rounds
    path("studies/<slug:study>/rounds/", rounds.overview, name="rounds"),
    path("studies/<slug:study>/rounds/new/", rounds.new, name="new-round"),
    path("studies/<slug:study>/rounds/<int:round_id>/", rounds.show, name="round"),
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
    path("assignments/<uuid:assignment_id>/acts/", desk.acts, name="acts"),
    path("assignments/<uuid:assignment_id>/submit/", desk.submit, name="submit"),
]
