# ruff: noqa: E501 - a table is read line by line
"""
Who may do what: every route and method, for nobody, a stranger and every role of a study, in one table.

The round in the paths is closed; the assignment is an open one of the rater's on another transcript; bodies are empty,
so that 400, 409 and 422 mean: let in, and told what is missing. A path with <word:name> points at something that exists.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from tests.matrix import ROLES, Everything, all_routes, answer, make_everything, methods_of

# route  method  nobody stranger reader rater other_rater adjudicator coordinator
TABLE = """
healthz                                                                                      GET    200 200 200 200 200 200 200
.                                                                                            GET    302 200 302 302 302 302 302
studies/new/                                                                                 GET    302 403 403 403 403 403 403
studies/new/                                                                                 POST   302 403 403 403 403 403 403
join/<str:key>/                                                                              GET    409 409 409 409 409 409 409
join/<str:key>/                                                                              POST   409 409 409 409 409 409 409
studies/<slug:study>/leave/                                                                  POST   302 404 302 302 302 302 409
studies/<slug:study>/members/                                                                GET    302 404 403 403 403 403 200
studies/<slug:study>/members/invite/                                                         POST   302 404 403 403 403 403 422
studies/<slug:study>/members/invitations/<int:invitation_id>/withdraw/                       POST   302 404 403 403 403 403 409
studies/<slug:study>/members/<int:member_id>/role/                                           POST   302 404 403 403 403 403 422
studies/<slug:study>/members/<int:member_id>/remove/                                         POST   302 404 403 403 403 403 409
studies/<slug:study>/members/<int:member_id>/bring-back/                                     POST   302 404 403 403 403 403 302
studies/<slug:study>/members/<int:member_id>/password-link/                                  POST   302 404 403 403 403 403 200
studies/<slug:study>/transcripts/                                                            GET    302 404 200 403 403 200 200
studies/<slug:study>/transcripts/attributes/                                                 POST   302 404 403 403 403 403 302
studies/<slug:study>/transcripts/upload/                                                     GET    302 404 403 403 403 403 200
studies/<slug:study>/transcripts/upload/                                                     POST   302 404 403 403 403 403 422
studies/<slug:study>/transcripts/imports/<uuid:batch>/                                       GET    302 404 403 403 403 403 200
studies/<slug:study>/transcripts/imports/<uuid:batch>/                                       POST   302 404 403 403 403 403 200
studies/<slug:study>/transcripts/imports/<uuid:batch>/<uuid:upload_id>/<int:number>/         GET    302 404 403 403 403 403 404
studies/<slug:study>/transcripts/<int:transcript_id>/                                        GET    302 404 200 403 403 200 200
studies/<slug:study>/transcripts/<int:transcript_id>/file/                                   GET    302 404 409 403 403 403 409
studies/<slug:study>/transcripts/<int:transcript_id>/attributes/                             POST   302 404 403 403 403 403 302
studies/<slug:study>/transcripts/<int:transcript_id>/delete/                                 POST   302 404 403 403 403 403 409
studies/<slug:study>/                                                                        GET    302 404 200 200 200 200 200
studies/<slug:study>/codebooks/                                                              GET    302 404 200 200 200 200 200
studies/<slug:study>/codebooks/upload/                                                       POST   302 404 403 403 403 403 422
studies/<slug:study>/codebooks/start/                                                        POST   302 404 403 403 403 403 422
studies/<slug:study>/codebooks/<int:version_id>/                                             GET    302 404 403 403 403 403 200
studies/<slug:study>/codebooks/<int:version_id>/file/                                        GET    302 404 403 403 403 403 200
studies/<slug:study>/codebooks/<int:version_id>/file/<str:layout>/                           GET    302 404 403 403 403 403 200
studies/<slug:study>/codebooks/<int:version_id>/publish/                                     POST   302 404 403 403 403 403 302
studies/<slug:study>/codebooks/<int:version_id>/roles/                                       GET    302 404 403 403 403 403 200
studies/<slug:study>/codebooks/<int:version_id>/roles/                                       POST   302 404 403 403 403 403 302
studies/<slug:study>/codebooks/<int:version_id>/retire/                                      POST   302 404 403 403 403 403 422
studies/<slug:study>/codebooks/<int:version_id>/discard/                                     POST   302 404 403 403 403 403 302
studies/<slug:study>/codebooks/<int:version_id>/draft/                                       POST   302 404 403 403 403 403 422
studies/<slug:study>/codebooks/<int:version_id>/changes/                                     GET    302 404 403 403 403 403 200
studies/<slug:study>/codebooks/<int:version_id>/changes/decide/                              POST   302 404 403 403 403 403 422
studies/<slug:study>/codebooks/<int:version_id>/mapping/                                     GET    302 404 403 403 403 403 200
studies/<slug:study>/codebooks/<int:version_id>/mapping/review/                              GET    302 404 403 403 403 403 200
studies/<slug:study>/codebooks/<int:version_id>/settings/                                    GET    302 404 403 403 403 403 200
studies/<slug:study>/codebooks/<int:version_id>/settings/                                    POST   302 404 403 403 403 403 422
studies/<slug:study>/codebooks/<int:version_id>/families/new/                                GET    302 404 403 403 403 403 200
studies/<slug:study>/codebooks/<int:version_id>/families/new/                                POST   302 404 403 403 403 403 422
studies/<slug:study>/codebooks/<int:version_id>/families/<int:family_id>/                    GET    302 404 403 403 403 403 200
studies/<slug:study>/codebooks/<int:version_id>/families/<int:family_id>/                    POST   302 404 403 403 403 403 422
studies/<slug:study>/codebooks/<int:version_id>/families/<int:part_id>/remove/               POST   302 404 403 403 403 403 422
studies/<slug:study>/codebooks/<int:version_id>/families/<int:part_id>/move/                 POST   302 404 403 403 403 403 302
studies/<slug:study>/codebooks/<int:version_id>/codes/new/                                   GET    302 404 403 403 403 403 200
studies/<slug:study>/codebooks/<int:version_id>/codes/new/                                   POST   302 404 403 403 403 403 422
studies/<slug:study>/codebooks/<int:version_id>/codes/<int:code_id>/                         GET    302 404 403 403 403 403 200
studies/<slug:study>/codebooks/<int:version_id>/codes/<int:code_id>/                         POST   302 404 403 403 403 403 422
studies/<slug:study>/codebooks/<int:version_id>/codes/<int:part_id>/remove/                  POST   302 404 403 403 403 403 302
studies/<slug:study>/codebooks/<int:version_id>/codes/<int:part_id>/move/                    POST   302 404 403 403 403 403 302
studies/<slug:study>/codebooks/<int:version_id>/codes/<int:code_id>/discussion/              GET    302 404 403 403 403 403 200
studies/<slug:study>/codebooks/<int:version_id>/codes/<int:code_id>/discussion/              POST   302 404 403 403 403 403 422
studies/<slug:study>/codebooks/<int:version_id>/codes/<int:code_id>/discussion/decide/       POST   302 404 403 403 403 403 404
studies/<slug:study>/codebooks/<int:version_id>/codes/<int:code_id>/examples/new/            GET    302 404 403 403 403 403 200
studies/<slug:study>/codebooks/<int:version_id>/codes/<int:code_id>/examples/new/            POST   302 404 403 403 403 403 422
studies/<slug:study>/codebooks/<int:version_id>/examples/<int:example_id>/remove/            POST   302 404 403 403 403 403 302
studies/<slug:study>/codebooks/<int:version_id>/attributes/new/                              GET    302 404 403 403 403 403 200
studies/<slug:study>/codebooks/<int:version_id>/attributes/new/                              POST   302 404 403 403 403 403 422
studies/<slug:study>/codebooks/<int:version_id>/attributes/<int:attribute_id>/               GET    302 404 403 403 403 403 200
studies/<slug:study>/codebooks/<int:version_id>/attributes/<int:attribute_id>/               POST   302 404 403 403 403 403 422
studies/<slug:study>/codebooks/<int:version_id>/attributes/<int:part_id>/remove/             POST   302 404 403 403 403 403 302
studies/<slug:study>/codebooks/<int:version_id>/attributes/<int:part_id>/move/               POST   302 404 403 403 403 403 302
studies/<slug:study>/codebooks/<int:version_id>/links/new/                                   GET    302 404 403 403 403 403 200
studies/<slug:study>/codebooks/<int:version_id>/links/new/                                   POST   302 404 403 403 403 403 422
studies/<slug:study>/codebooks/<int:version_id>/links/<int:number>/                          GET    302 404 403 403 403 403 200
studies/<slug:study>/codebooks/<int:version_id>/links/<int:number>/                          POST   302 404 403 403 403 403 422
studies/<slug:study>/codebooks/<int:version_id>/links/<int:number>/remove/                   POST   302 404 403 403 403 403 302
studies/<slug:study>/codebooks/<int:version_id>/keys/                                        GET    302 404 403 403 403 403 200
studies/<slug:study>/codebooks/<int:version_id>/keys/                                        POST   302 404 403 403 403 403 302
studies/<slug:study>/rounds/                                                                 GET    302 404 403 403 403 403 200
studies/<slug:study>/rounds/new/                                                             GET    302 404 403 403 403 403 200
studies/<slug:study>/rounds/new/                                                             POST   302 404 403 403 403 403 422
studies/<slug:study>/rounds/draw/                                                            GET    302 404 403 403 403 403 200
studies/<slug:study>/rounds/draw/                                                            POST   302 404 403 403 403 403 422
studies/<slug:study>/rounds/<int:round_id>/due/                                              POST   302 404 403 403 403 403 302
studies/<slug:study>/rounds/<int:round_id>/drift-check/                                      GET    302 404 403 403 403 403 200
studies/<slug:study>/rounds/<int:round_id>/drift-check/                                      POST   302 404 403 403 403 403 422
studies/<slug:study>/rounds/<int:round_id>/leave/                                            POST   302 404 403 403 403 403 422
studies/<slug:study>/rounds/<int:round_id>/                                                  GET    302 404 403 403 403 403 200
studies/<slug:study>/rounds/<int:round_id>/learning/                                         GET    302 404 404 403 403 404 404
studies/<slug:study>/rounds/<int:round_id>/training/clear/                                   POST   302 404 403 403 403 403 404
studies/<slug:study>/rounds/<int:round_id>/training/gold/<int:transcript_id>/                POST   302 404 403 403 403 403 404
studies/<slug:study>/rounds/<int:round_id>/training/                                         GET    302 404 403 403 403 403 404
studies/<slug:study>/rounds/<int:round_id>/others/                                           POST   302 404 403 403 403 403 302
studies/<slug:study>/rounds/<int:round_id>/raters/                                           POST   302 404 403 403 403 403 403
studies/<slug:study>/rounds/<int:round_id>/assignments/<uuid:assignment_id>/withdraw/        POST   302 404 403 403 403 403 404
studies/<slug:study>/rounds/<int:round_id>/assignments/<uuid:assignment_id>/reopen/          POST   302 404 403 403 403 403 404
assignments/<uuid:assignment_id>/                                                            GET    302 404 403 200 403 403 403
assignments/<uuid:assignment_id>/turns/                                                      GET    302 404 403 200 403 403 403
assignments/<uuid:assignment_id>/find/                                                       POST   302 404 403 200 403 403 403
assignments/<uuid:assignment_id>/acts/                                                       POST   401 404 403 200 403 403 403
assignments/<uuid:assignment_id>/codings/                                                    GET    302 404 403 400 403 403 403
assignments/<uuid:assignment_id>/note/                                                       POST   302 404 403 302 403 403 403
assignments/<uuid:assignment_id>/beside/                                                     GET    302 404 403 403 403 403 403
assignments/<uuid:assignment_id>/feedback/                                                   GET    302 404 403 403 403 403 403
assignments/<uuid:assignment_id>/outcome/                                                    GET    302 404 403 403 403 403 403
assignments/<uuid:assignment_id>/submit/                                                     GET    302 404 403 200 403 403 403
assignments/<uuid:assignment_id>/submit/                                                     POST   302 404 403 409 403 403 403
validation/                                                                                  GET    302 200 200 200 200 200 200
studies/<slug:study>/results/                                                                GET    302 404 200 403 403 200 200
studies/<slug:study>/results/drift/                                                          GET    302 404 200 403 403 200 200
studies/<slug:study>/results/compare/                                                        GET    302 404 200 403 403 200 200
studies/<slug:study>/rounds/<int:round_id>/reliability/                                      GET    302 404 200 403 403 200 200
studies/<slug:study>/rounds/<int:round_id>/reliability/code/                                 GET    302 404 200 403 403 200 200
studies/<slug:study>/rounds/<int:round_id>/disagreements/                                    GET    302 404 200 403 403 200 200
studies/<slug:study>/rounds/<int:round_id>/runs/                                             GET    302 404 200 403 403 200 200
studies/<slug:study>/rounds/<int:round_id>/runs/                                             POST   302 404 403 403 403 403 302
studies/<slug:study>/rounds/<int:round_id>/runs/<uuid:run_id>/                               GET    302 404 200 403 403 200 200
studies/<slug:study>/rounds/<int:round_id>/runs/<uuid:run_id>/files/<str:name>/              GET    302 404 200 403 403 200 200
studies/<slug:study>/rounds/<int:round_id>/planner/                                          GET    302 404 200 403 403 200 200
studies/<slug:study>/enactments/                                                             GET    302 404 200 403 403 200 200
studies/<slug:study>/rounds/<int:round_id>/enactments/                                       GET    302 404 200 403 403 200 200
studies/<slug:study>/rounds/<int:round_id>/enactments/pulls/                                 GET    302 404 200 403 403 200 200
studies/<slug:study>/rounds/<int:round_id>/enactments/sequences/                             GET    302 404 200 403 403 200 200
studies/<slug:study>/rounds/<int:round_id>/enactments/counts/                                GET    302 404 200 403 403 200 200
studies/<slug:study>/rounds/<int:round_id>/enactments/dyads/                                 GET    302 404 200 403 403 200 200
studies/<slug:study>/rounds/<int:round_id>/enactments/reading/                               GET    302 404 200 403 403 200 200
studies/<slug:study>/rounds/<int:round_id>/enactments/reading/                               POST   302 404 200 403 403 200 200
studies/<slug:study>/rounds/<int:round_id>/enactments/hours/<int:revision_id>/               GET    302 404 200 403 403 200 200
studies/<slug:study>/rounds/<int:round_id>/enactments/files/                                 GET    302 404 200 403 403 200 200
studies/<slug:study>/rounds/<int:round_id>/enactments/file/<str:name>/                       GET    302 404 200 403 403 200 200
studies/<slug:study>/rounds/<int:round_id>/adjudication/                                     GET    302 404 403 403 403 200 302
studies/<slug:study>/rounds/<int:round_id>/adjudication/setup/                               GET    302 404 403 403 403 403 200
studies/<slug:study>/rounds/<int:round_id>/adjudication/open/                                POST   302 404 403 403 403 403 302
studies/<slug:study>/rounds/<int:round_id>/adjudication/outcome/                             POST   302 404 403 403 403 403 302
studies/<slug:study>/rounds/<int:round_id>/adjudication/end/                                 POST   302 404 403 403 403 302 302
studies/<slug:study>/rounds/<int:round_id>/adjudication/report/                              GET    302 404 200 403 403 200 200
studies/<slug:study>/rounds/<int:round_id>/adjudication/report/file/                         GET    302 404 200 403 403 200 200
studies/<slug:study>/rounds/<int:round_id>/adjudication/turns/<int:segment_id>/              POST   302 404 403 403 403 422 403
studies/<slug:study>/rounds/<int:round_id>/adjudication/turns/<int:segment_id>/undo/         POST   302 404 403 403 403 422 403
studies/<slug:study>/rounds/<int:round_id>/adjudication/turns/<int:segment_id>/names/        POST   302 404 403 403 403 422 403
studies/<slug:study>/rounds/<int:round_id>/meeting/                                          GET    302 404 200 403 403 200 200
studies/<slug:study>/rounds/<int:round_id>/meeting/turns/<int:segment_id>/remark/            POST   302 404 422 403 403 422 422
studies/<slug:study>/rounds/<int:round_id>/meeting/turns/<int:segment_id>/decide/            POST   302 404 302 403 403 302 302
studies/<slug:study>/rounds/<int:round_id>/meeting/turns/<int:segment_id>/reveal/            POST   302 404 302 403 403 302 302
studies/<slug:study>/rounds/<int:round_id>/meeting/turns/<int:segment_id>/propose/           POST   302 404 422 403 403 422 422
studies/<slug:study>/memos/                                                                  GET    302 404 200 200 200 200 200
studies/<slug:study>/memos/                                                                  POST   302 404 422 422 422 422 422
studies/<slug:study>/memos/<uuid:memo_id>/                                                   POST   302 404 404 404 404 404 302
studies/<slug:study>/numbers/                                                                POST   302 404 403 403 403 403 302
studies/<slug:study>/exports/                                                                GET    302 404 200 403 403 200 200
studies/<slug:study>/exports/                                                                POST   302 404 302 403 403 302 302
exports/<uuid:export_id>/                                                                    GET    302 404 404 404 404 404 409
account/                                                                                     GET    302 200 200 200 200 200 200
account/                                                                                     POST   302 200 200 200 200 200 200
account/tokens/                                                                              GET    302 200 200 200 200 200 200
account/tokens/                                                                              POST   302 200 200 200 200 200 200
account/tokens/<int:token_id>/revoke/                                                        POST   302 404 404 404 404 404 302
start/<str:key>/                                                                             GET    409 409 409 409 409 409 409
start/<str:key>/                                                                             POST   409 409 409 409 409 409 409
password/<str:key>/                                                                          GET    409 409 409 409 409 409 409
password/<str:key>/                                                                          POST   409 409 409 409 409 409 409
account/login/                                                                               GET    200 302 302 302 302 302 302
account/login/                                                                               POST   200 302 302 302 302 302 302
account/logout/                                                                              GET    302 200 200 200 200 200 200
account/logout/                                                                              POST   302 302 302 302 302 302 302
account/inactive/                                                                            GET    200 200 200 200 200 200 200
account/reauthenticate/                                                                      GET    302 200 200 200 200 200 200
account/reauthenticate/                                                                      POST   302 200 200 200 200 200 200
account/password/change/                                                                     GET    302 200 200 200 200 200 200
account/password/change/                                                                     POST   302 200 200 200 200 200 200
account/2fa/                                                                                 GET    302 302 302 302 302 302 302
account/2fa/                                                                                 POST   302 302 302 302 302 302 302
account/2fa/authenticate/                                                                    GET    302 302 302 302 302 302 302
account/2fa/authenticate/                                                                    POST   302 302 302 302 302 302 302
account/2fa/reauthenticate/                                                                  GET    302 302 302 302 302 302 302
account/2fa/reauthenticate/                                                                  POST   302 302 302 302 302 302 302
account/2fa/totp/activate/                                                                   GET    302 302 302 302 302 302 302
account/2fa/totp/activate/                                                                   POST   302 302 302 302 302 302 302
account/2fa/totp/deactivate/                                                                 GET    302 404 404 404 404 404 404
account/2fa/totp/deactivate/                                                                 POST   302 404 404 404 404 404 404
account/2fa/recovery-codes/                                                                  GET    302 404 404 404 404 404 404
account/2fa/recovery-codes/generate/                                                         GET    302 302 302 302 302 302 302
account/2fa/recovery-codes/generate/                                                         POST   302 302 302 302 302 302 302
account/2fa/recovery-codes/download/                                                         GET    302 404 404 404 404 404 404
account/2fa/recovery-codes/download/                                                         POST   302 404 404 404 404 404 404
api/v1/studies/                                                                              GET    401 200 200 200 200 200 200
api/v1/studies/                                                                              POST   401 400 400 400 400 400 400
api/v1/studies/<slug:study>/                                                                 GET    401 404 200 200 200 200 200
api/v1/studies/<slug:study>/members/                                                         GET    401 404 200 200 200 200 200
api/v1/studies/<slug:study>/members/<int:member_id>/                                         GET    401 404 403 403 200 403 200
api/v1/studies/<slug:study>/members/<int:member_id>/                                         PATCH  401 404 403 403 400 403 400
api/v1/studies/<slug:study>/members/<int:member_id>/                                         DELETE 401 404 403 403 204 403 409
api/v1/studies/<slug:study>/invitations/                                                     GET    401 404 403 403 403 403 200
api/v1/studies/<slug:study>/invitations/                                                     POST   401 404 403 403 403 403 400
api/v1/studies/<slug:study>/invitations/<int:invitation_id>/                                 DELETE 401 404 403 403 403 403 404
api/v1/studies/<slug:study>/attributes/                                                      GET    401 404 403 403 403 403 200
api/v1/studies/<slug:study>/attributes/                                                      PUT    401 404 403 403 403 403 400
api/v1/studies/<slug:study>/transcripts/                                                     GET    401 404 200 403 403 200 200
api/v1/studies/<slug:study>/transcripts/                                                     POST   401 404 403 403 403 403 400
api/v1/studies/<slug:study>/transcripts/<int:transcript_id>/                                 GET    401 404 200 403 403 200 200
api/v1/studies/<slug:study>/transcripts/<int:transcript_id>/                                 PATCH  401 404 403 403 403 403 400
api/v1/studies/<slug:study>/transcripts/<int:transcript_id>/                                 DELETE 401 404 403 403 403 403 409
api/v1/studies/<slug:study>/transcripts/<int:transcript_id>/segments/                        GET    401 404 200 403 403 200 200
api/v1/studies/<slug:study>/codebooks/                                                       GET    401 404 200 200 200 200 200
api/v1/studies/<slug:study>/codebooks/                                                       POST   401 404 403 403 403 403 400
api/v1/studies/<slug:study>/codebooks/<int:version_id>/                                      GET    401 404 403 403 403 403 200
api/v1/studies/<slug:study>/codebooks/<int:version_id>/                                      DELETE 401 404 403 403 403 403 204
api/v1/studies/<slug:study>/codebooks/<int:version_id>/publish/                              POST   401 404 403 403 403 403 200
api/v1/studies/<slug:study>/codebooks/<int:version_id>/roles/                                GET    401 404 403 403 403 403 200
api/v1/studies/<slug:study>/codebooks/<int:version_id>/roles/                                PUT    401 404 403 403 403 403 400
api/v1/studies/<slug:study>/codebooks/<int:version_id>/retire/                               PUT    401 404 403 403 403 403 409
api/v1/studies/<slug:study>/codebooks/<int:version_id>/retire/                               DELETE 401 404 403 403 403 403 200
api/v1/studies/<slug:study>/codebooks/<int:version_id>/draft/                                POST   401 404 403 403 403 403 400
api/v1/studies/<slug:study>/codebooks/<int:version_id>/file/<str:layout>/                    GET    401 404 403 403 403 403 200
api/v1/studies/<slug:study>/codebooks/<int:version_id>/discussion/                           GET    401 404 403 403 403 403 400
api/v1/studies/<slug:study>/codebooks/<int:version_id>/discussion/                           POST   401 404 403 403 403 403 400
api/v1/studies/<slug:study>/codebooks/<int:version_id>/examples/                             GET    401 404 403 403 403 403 200
api/v1/studies/<slug:study>/codebooks/<int:version_id>/examples/                             POST   401 404 403 403 403 403 400
api/v1/studies/<slug:study>/codebooks/<int:version_id>/examples/<int:example_id>/            DELETE 401 404 403 403 403 403 204
api/v1/studies/<slug:study>/codebooks/<int:version_id>/mapping/                              GET    401 404 403 403 403 403 200
api/v1/studies/<slug:study>/codebooks/<int:version_id>/mapping/review/                       GET    401 404 403 403 403 403 400
api/v1/studies/<slug:study>/codebooks/<int:version_id>/changes/                              GET    401 404 403 403 403 403 200
api/v1/studies/<slug:study>/codebooks/<int:version_id>/changes/                              PUT    401 404 403 403 403 403 400
api/v1/studies/<slug:study>/rounds/                                                          GET    401 404 200 200 200 200 200
api/v1/studies/<slug:study>/rounds/                                                          POST   401 404 403 403 403 403 400
api/v1/studies/<slug:study>/rounds/draw/                                                     POST   401 404 403 403 403 403 400
api/v1/studies/<slug:study>/rounds/<int:round_id>/repeats/draw/                              POST   401 404 403 403 403 403 200
api/v1/studies/<slug:study>/rounds/<int:round_id>/repeats/                                   POST   401 404 403 403 403 403 400
api/v1/studies/<slug:study>/rounds/<int:round_id>/leave/                                     POST   401 404 403 403 403 403 400
api/v1/studies/<slug:study>/rounds/<int:round_id>/                                           GET    401 404 200 404 404 200 200
api/v1/studies/<slug:study>/rounds/<int:round_id>/                                           PATCH  401 404 403 403 403 403 400
api/v1/studies/<slug:study>/rounds/<int:round_id>/assignments/                               GET    401 404 403 403 403 403 200
api/v1/studies/<slug:study>/rounds/<int:round_id>/assignments/                               POST   401 404 403 403 403 403 400
api/v1/studies/<slug:study>/rounds/<int:round_id>/assignments/<uuid:assignment_id>/withdraw/ POST   401 404 403 403 403 403 404
api/v1/studies/<slug:study>/rounds/<int:round_id>/learning/                                  GET    401 404 404 403 403 404 404
api/v1/studies/<slug:study>/rounds/<int:round_id>/training/clearances/                       POST   401 404 403 403 403 403 404
api/v1/studies/<slug:study>/rounds/<int:round_id>/training/gold/                             POST   401 404 403 403 403 403 404
api/v1/studies/<slug:study>/rounds/<int:round_id>/training/gold/                             GET    401 404 403 403 403 403 404
api/v1/studies/<slug:study>/rounds/<int:round_id>/training/                                  GET    401 404 403 403 403 403 404
api/v1/studies/<slug:study>/rounds/<int:round_id>/assignments/<uuid:assignment_id>/reopen/   POST   401 404 403 403 403 403 404
api/v1/assignments/                                                                          GET    401 200 200 200 200 200 200
api/v1/assignments/<uuid:assignment_id>/                                                     GET    401 404 403 200 403 403 403
api/v1/assignments/<uuid:assignment_id>/segments/                                            GET    401 404 403 200 403 403 403
api/v1/assignments/<uuid:assignment_id>/judgements/                                          GET    401 404 403 200 403 403 403
api/v1/assignments/<uuid:assignment_id>/acts/                                                POST   401 404 403 200 403 403 403
api/v1/assignments/<uuid:assignment_id>/note/                                                GET    401 404 403 200 403 403 403
api/v1/assignments/<uuid:assignment_id>/note/                                                PUT    401 404 403 400 403 403 403
api/v1/assignments/<uuid:assignment_id>/feedback/                                            GET    401 404 403 403 403 403 403
api/v1/assignments/<uuid:assignment_id>/outcome/                                             GET    401 404 403 403 403 403 403
api/v1/assignments/<uuid:assignment_id>/submit/                                              POST   401 404 403 409 403 403 403
api/v1/validation/                                                                           GET    401 200 200 200 200 200 200
api/v1/studies/<slug:study>/results/drift/                                                   GET    401 404 200 403 403 200 200
api/v1/studies/<slug:study>/results/compare/                                                 GET    401 404 400 403 403 400 400
api/v1/studies/<slug:study>/rounds/<int:round_id>/reliability/                               GET    401 404 200 403 403 200 200
api/v1/studies/<slug:study>/rounds/<int:round_id>/reliability/breakdown/                     GET    401 404 200 403 403 200 200
api/v1/studies/<slug:study>/rounds/<int:round_id>/planner/                                   GET    401 404 200 403 403 200 200
api/v1/studies/<slug:study>/rounds/<int:round_id>/enactments/                                GET    401 404 200 403 403 200 200
api/v1/studies/<slug:study>/rounds/<int:round_id>/enactments/passages/                       POST   401 404 200 403 403 200 200
api/v1/studies/<slug:study>/rounds/<int:round_id>/enactments/tables/<str:name>/              GET    401 404 200 403 403 200 200
api/v1/studies/<slug:study>/rounds/<int:round_id>/enactments/file/<str:name>/                GET    401 404 200 403 403 200 200
api/v1/studies/<slug:study>/rounds/<int:round_id>/codings/                                   GET    401 404 200 403 403 200 200
api/v1/studies/<slug:study>/rounds/<int:round_id>/judgements/                                GET    401 404 200 403 403 200 200
api/v1/studies/<slug:study>/rounds/<int:round_id>/runs/                                      GET    401 404 200 403 403 200 200
api/v1/studies/<slug:study>/rounds/<int:round_id>/runs/                                      POST   401 404 403 403 403 403 200
api/v1/studies/<slug:study>/rounds/<int:round_id>/runs/<uuid:run_id>/                        GET    401 404 200 403 403 200 200
api/v1/studies/<slug:study>/rounds/<int:round_id>/runs/<uuid:run_id>/files/<str:name>/       GET    401 404 200 403 403 200 200
api/v1/studies/<slug:study>/rounds/<int:round_id>/adjudication/                              GET    401 404 403 403 403 200 200
api/v1/studies/<slug:study>/rounds/<int:round_id>/adjudication/                              POST   401 404 403 403 403 403 200
api/v1/studies/<slug:study>/rounds/<int:round_id>/adjudication/end/                          POST   401 404 403 403 403 200 200
api/v1/studies/<slug:study>/rounds/<int:round_id>/adjudication/report/                       GET    401 404 200 403 403 200 200
api/v1/studies/<slug:study>/rounds/<int:round_id>/adjudication/segments/                     GET    401 404 403 403 403 200 403
api/v1/studies/<slug:study>/rounds/<int:round_id>/adjudication/segments/<int:segment_id>/    GET    401 404 403 403 403 200 403
api/v1/studies/<slug:study>/rounds/<int:round_id>/adjudication/segments/<int:segment_id>/    POST   401 404 403 403 403 400 403
api/v1/studies/<slug:study>/rounds/<int:round_id>/adjudication/segments/<int:segment_id>/undo/ POST   401 404 403 403 403 400 403
api/v1/studies/<slug:study>/rounds/<int:round_id>/adjudication/segments/<int:segment_id>/names/ POST   401 404 403 403 403 409 403
api/v1/studies/<slug:study>/rounds/<int:round_id>/final/                                     GET    401 404 200 403 403 200 200
api/v1/studies/<slug:study>/rounds/<int:round_id>/meeting/                                   GET    401 404 200 403 403 200 200
api/v1/studies/<slug:study>/rounds/<int:round_id>/meeting/segments/<int:segment_id>/         GET    401 404 200 403 403 200 200
api/v1/studies/<slug:study>/rounds/<int:round_id>/meeting/segments/<int:segment_id>/         POST   401 404 400 403 403 400 400
api/v1/studies/<slug:study>/rounds/<int:round_id>/meeting/segments/<int:segment_id>/reveal/  POST   401 404 200 403 403 200 200
api/v1/studies/<slug:study>/rounds/<int:round_id>/meeting/segments/<int:segment_id>/propose/ POST   401 404 400 403 403 400 400
api/v1/studies/<slug:study>/codebooks/<int:version_id>/proposals/                            GET    401 404 403 403 403 403 200
api/v1/studies/<slug:study>/codebooks/<int:version_id>/proposals/                            POST   401 404 403 403 403 403 400
api/v1/studies/<slug:study>/memos/                                                           GET    401 404 200 200 200 200 200
api/v1/studies/<slug:study>/memos/                                                           POST   401 404 400 400 400 400 400
api/v1/studies/<slug:study>/memos/<uuid:memo_id>/                                            GET    401 404 404 404 404 404 200
api/v1/studies/<slug:study>/memos/<uuid:memo_id>/                                            PATCH  401 404 404 404 404 404 200
api/v1/studies/<slug:study>/                                                                 PATCH  401 404 403 403 403 403 400
api/v1/studies/<slug:study>/exports/                                                         GET    401 404 200 200 200 200 200
api/v1/studies/<slug:study>/exports/                                                         POST   401 404 202 403 403 202 202
api/v1/studies/<slug:study>/exports/<uuid:export_id>/                                        GET    401 404 404 404 404 404 200
api/v1/studies/<slug:study>/exports/<uuid:export_id>/file/                                   GET    401 404 404 404 404 404 409
api/v1/schema/                                                                               GET    401 200 200 200 200 200 200
api/v1/docs/                                                                                 GET    401 200 200 200 200 200 200
"""

ROWS = [line.split() for line in TABLE.strip().splitlines()]
#: The front page has an empty path; in the table it is written as a dot.
LISTED = {(path.removeprefix("."), method) for path, method, *_ in ROWS}
CHUNKS = 10


@pytest.fixture
def everything(db: None) -> Everything:
    return make_everything()


def _share(number: int, rows: list[list[str]]) -> Iterator[list[str]]:
    return itertools.islice(rows, number, None, CHUNKS)


@pytest.mark.parametrize("share", range(CHUNKS))
def test_everybody_gets_what_the_table_says(everything: Everything, share: int) -> None:
    wrong = []
    for path, method, *expected in _share(share, ROWS):
        got = [str(answer(everything, role, method, path.removeprefix("."))) for role in ROLES]
        if got != expected:
            wrong.append(f"{path} {method}: {' '.join(got)}, the table says {' '.join(expected)}")

    assert wrong == []


@pytest.mark.parametrize("share", range(CHUNKS))
def test_no_route_answers_a_method_that_the_table_does_not_list(everything: Everything, share: int) -> None:
    asked = [[route.path, method] for route in all_routes() for method in methods_of(route.path)]
    open_doors = [
        f"{path} {method}"
        for path, method in _share(share, asked)
        if (path, method) not in LISTED and answer(everything, "coordinator", method, path) != 405
    ]

    assert open_doors == []


def test_the_table_lists_no_route_that_does_not_exist() -> None:
    assert {path for path, _ in LISTED} - {route.path for route in all_routes()} == set()


def test_a_route_that_is_missing_from_the_table_is_noticed(
    everything: Everything, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = "studies/<slug:study>/members/"
    monkeypatch.setattr("tests.test_access_matrix.LISTED", LISTED - {(path, "GET")})
    share = [[route.path, method] for route in all_routes() for method in methods_of(route.path)].index(
        [path, "GET"]
    ) % CHUNKS

    with pytest.raises(AssertionError, match="members"):
        test_no_route_answers_a_method_that_the_table_does_not_list(everything, share)
