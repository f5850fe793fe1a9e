"""The gold of a training round and its clearances leave with its data, for whoever may read them and nobody else."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.utils import timezone

from coding.formats.training_tables import CLEARANCE_COLUMNS, GOLD_COLUMNS
from coding.models import AdjudicationOpening, Adjudicator, Clearance, Gold
from coding.services.adjudication import end_adjudication, open_adjudication
from coding.services.clearing import clear_by_hand
from coding.services.codings_import import CodingsRefused, read_file
from coding.services.export_files import all_files, study_files
from coding.services.gold import say_gold
from coding.services.rounds import Share, create_round
from tests.coding.training import TURNS, Training, make_training, user_of
from tests.factories import StudyWorld, close, judge
from transcripts.models import Membership
from workbench.accounts.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def training(world: StudyWorld) -> Training:
    """A training round that has ended: rater_a met the criterion, rater_b is cleared by hand."""
    made = make_training(world)
    made.say_gold()
    for transcript in made.transcripts:
        made.code(world.rater, transcript)
        made.code(world.other_rater, transcript, {2: ["PULL-DEF"]})
    clear_by_hand(user=made.boss, round_=made.round, rater=world.other_rater, reason="=Trained in an earlier study.")
    return made


def tables(training: Training, reader: User | None = None) -> dict[str, list[dict[str, Any]]]:
    training.round.refresh_from_db()
    files = study_files(training.world.study, training.round, reader)
    wanted = {"gold.csv", "clearances.csv"} & set(files)
    return {name: list(csv.DictReader(io.StringIO("".join(map(str, files[name]))))) for name in wanted}


def test_the_gold_says_whose_codings_it_is_since_when_and_why_it_was_replaced(
    training: Training, world: StudyWorld
) -> None:
    transcript = training.transcripts[1]
    source = world.round([world.other_rater], [transcript], name="Source")
    for position in range(1, TURNS + 1):
        judge(training.of(world.other_rater, transcript, source), position)
    close(source)
    open_adjudication(user=training.boss, round_=source, outcome_shown=False)
    end_adjudication(user=training.boss, round_=source)
    say_gold(
        user=training.boss, round_=training.round, transcript=transcript, final_round=source, reason="+Talked over."
    )

    rows = tables(training)["gold.csv"]

    assert tuple(rows[0]) == GOLD_COLUMNS
    kept = ("transcript", "round", "revision", "number", "source", "source_round", "source_rater", "reason")
    assert [[row[name] for name in kept] for row in rows] == [
        ["Practice 1", "Training", "1", "1", "coded", "Expert", "expert", ""],
        ["Practice 2", "Training", "1", "1", "coded", "Expert", "expert", ""],
        ["Practice 2", "Training", "1", "2", "final", "Source", "", "'+Talked over."],
    ]
    assert {row["said_by"] for row in rows} == {world.coordinator.label}
    first = Gold.objects.get(transcript=training.transcripts[0])
    assert rows[0]["since"].startswith(first.made_at.strftime("%Y-%m-%dT%H:%M:%S"))
    assert {row["codebook_version"] for row in rows} == {world.version.name}


def test_clearances_say_on_which_transcript_each_code_was_met_or_who_cleared_by_hand_and_why(
    training: Training, world: StudyWorld
) -> None:
    rows = tables(training)["clearances.csv"]

    assert tuple(rows[0]) == CLEARANCE_COLUMNS
    at = {one.rater.label: one.made_at for one in Clearance.objects.select_related("rater")}
    assert [[value for name, value in row.items() if name != "cleared_at"] for row in rows] == [
        ["rater_a", "Training", "PULL-APP", "cohen_kappa", "0.6", "2", "criterion", "Practice 2", "", ""],
        [
            *("rater_b", "Training", "PULL-APP", "cohen_kappa", "0.6", "2", "by_hand", "", world.coordinator.label),
            "'=Trained in an earlier study.",
        ],
    ]
    assert all(row["cleared_at"].startswith(at[row["rater"]].strftime("%Y-%m-%dT%H:%M:%S")) for row in rows)


def test_the_same_data_give_the_same_bytes_and_everything_holds_them_too(training: Training, world: StudyWorld) -> None:
    first, second = (study_files(world.study, training.round) for _ in range(2))
    everything = all_files(world.study)

    for name in ("gold.csv", "clearances.csv"):
        once, again, whole = ("".join(map(str, files[name])) for files in (first, second, everything))
        assert once == again == whole


def test_no_other_round_and_no_training_without_gold_has_these_tables(training: Training, world: StudyWorld) -> None:
    shares = [Share(training.transcripts[0], [world.rater])]
    common = {"user": training.boss, "study": world.study, "version": world.version, "shares": shares}
    bare = create_round(**common, name="Bare", kind="training")
    judge(training.of(world.rater, training.transcripts[0], bare), 1)
    close(bare)

    for round_ in (training.source, bare, None):
        assert not {"gold.csv", "clearances.csv"} & set(study_files(world.study, round_))


def test_they_are_for_coordinators_alone(training: Training, world: StudyWorld) -> None:
    def found(member: Membership) -> set[str]:
        return set(tables(training, user_of(member)))

    assert found(world.coordinator) == {"gold.csv", "clearances.csv"}
    for member in (world.reader, world.adjudicator, world.rater, training.expert):
        assert found(member) == set()


def test_a_coordinator_who_codes_one_of_its_transcripts_gets_neither_its_gold_nor_clearances(
    training: Training, world: StudyWorld
) -> None:
    world.round([world.coordinator], [training.transcripts[0]], name="Mine")

    found = tables(training, training.boss)

    assert set(found) == {"gold.csv"}
    assert {row["transcript"] for row in found["gold.csv"]} == {"Practice 2"}


def test_who_adjudicates_where_the_gold_was_coded_is_not_told_whose_it_is(
    training: Training, world: StudyWorld
) -> None:
    source = training.source
    opening = AdjudicationOpening.objects.create(
        round=source, study=world.study, version=source.version, seed=1, opened_by=world.coordinator
    )
    Adjudicator.objects.create(round=source, study=world.study, member=world.coordinator)

    hidden = set(tables(training, training.boss))
    AdjudicationOpening.objects.filter(pk=opening.pk).update(ended_at=timezone.now())

    assert "gold.csv" not in hidden
    assert "gold.csv" in tables(training, training.boss)


def test_a_study_without_numbers_tells_of_no_clearance(training: Training, world: StudyWorld) -> None:
    type(world.study).objects.filter(pk=world.study.pk).update(discussion_only=True)
    training.round.study.refresh_from_db()

    assert set(tables(training, training.boss)) == {"gold.csv"}


def test_read_as_codings_they_are_refused_with_a_sentence(training: Training, world: StudyWorld) -> None:
    files = study_files(world.study, training.round)

    for name in ("gold.csv", "clearances.csv"):
        with pytest.raises(CodingsRefused, match="segment"):
            read_file("".join(map(str, files[name])).encode())
