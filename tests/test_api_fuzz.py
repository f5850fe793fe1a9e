"""
The API as its own description says it: whatever fits the description, and whatever nearly does, gets a fitting answer.

Schemathesis makes requests from the description; in the suite a few for each operation, in `make soak` many.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

from tests.matrix import Everything, make_everything
from workbench import env
from workbench.accounts.models import User
from workbench.accounts.tokens import create_token

pytestmark = [pytest.mark.django_db, pytest.mark.soak]

LONG = env.flag("WORKBENCH_SOAK")
SEED = 20_261_123
#: Nobody but its own people may get anything from what is below these.
CLOSED = ("/studies/{study}/", "/assignments/{assignment_id}/")
CHECKS = [not_a_server_error, response_schema_conformance, content_type_conformance]
#: A description names what is answered when all goes well; a refusal has the one shape that `test_refusing` holds.
WELL = range(200, 300)


@pytest.fixture(autouse=True)
def _one_connection() -> Iterator[None]:
    """Keep the end of a request from ending the connection, and with it the transaction of the test."""
    both = (request_started, request_finished)
    for moment in both:
        moment.disconnect(close_old_connections)
    yield
    for moment in both:
        moment.connect(close_old_connections)


@pytest.fixture
def everything() -> Everything:
    made = make_everything()
    User.objects.filter(pk=made.world.coordinator.user_id).update(may_create_studies=True)
    return made


def key_of(person: User | None) -> str:
    assert person is not None
    return create_token(person, "for a test")[1]


def description() -> Any:
    return SchemaGenerator().get_schema(request=None, public=True)


def operations(modes: list[GenerationMode]) -> list[Any]:
    schema = schemathesis.openapi.from_dict(description())
    schema.app = WSGIHandler()
    schema.config.generation.update(modes=modes)
    return [found.ok() for found in schema.get_all_operations()]


def try_operation(
    operation: Any, everything: Everything, key: str, examples: int, judge: Callable[[Any, Any, bool], None]
) -> None:
    """Ask one operation so many times, most often at a place that exists, and undo whatever came of it."""

    @seed(SEED)
    @settings(
        max_examples=examples,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(), is_real=st.sampled_from([True, True, True, False]))
    def ask(case: Any, is_real: bool) -> None:
        if is_real:
            here = {name: str(everything.arguments[name]) for name in case.path_parameters or {}}
            case.path_parameters = here
        with transaction.atomic():
            response = case.call(headers={"Authorization": f"Token {key}"})
            transaction.set_rollback(True)
        judge(case, response, is_real)

    ask()


def complaints(case: Any, response: Any) -> list[str]:
    """Say what an answer does that the description does not say."""
    checks = CHECKS if response.status_code in WELL else CHECKS[:1]
    try:
        case.validate_response(response, checks=checks)
    except FailureGroup as failures:
        return [f"{case.method} {case.path}: {response.status_code} {failure}"[:600] for failure in failures.exceptions]
    return []


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_no_operation_breaks_or_answers_what_it_does_not_describe(mode: GenerationMode, everything: Everything) -> None:
    wrong: list[str] = []
    answered: set[str] = set()

    def judge(case: Any, response: Any, is_real: bool) -> None:
        wrong.extend(complaints(case, response))
        if response.status_code in WELL:
            answered.add(f"{case.method} {case.path}")

    keys = {role: key_of(everything.person(role)) for role in ("coordinator", "rater")}
    for operation in operations([mode]):
        key = keys["rater" if operation.path.startswith("/api/v1/assignments/") else "coordinator"]
        try_operation(operation, everything, key, 60 if LONG else 2, judge)

    assert sorted(set(wrong)) == []
    # Otherwise nothing but refusals were held against the description.
    assert len(answered) > 15 or mode is GenerationMode.NEGATIVE


def test_a_stranger_gets_nothing_of_a_study_whatever_they_send(everything: Everything) -> None:
    wrong: list[str] = []

    def judge(case: Any, response: Any, is_real: bool) -> None:
        wrong.extend(complaints(case, response))
        if response.status_code in WELL and any(part in case.path for part in CLOSED):
            wrong.append(f"{case.method} {case.formatted_path} let a stranger in")

    key = key_of(everything.world.stranger)
    for operation in operations([GenerationMode.POSITIVE]):
        try_operation(operation, everything, key, 30 if LONG else 2, judge)

    assert sorted(set(wrong)) == []


def test_the_description_is_whole_and_valid(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("spectacular", "--validate", "--fail-on-warn")

    assert capsys.readouterr().out.startswith("openapi: 3.1")
