"""The sentence that the home page of a study begins with."""

from __future__ import annotations

from coding.queries.study_home import StudyHome
from transcripts.models import Study


def sentence(home: StudyHome, study: Study, powers: frozenset[str]) -> str:
    """Say in one sentence where the study is, as far as the person may know it."""
    if "manage" in powers:
        return f"{study.title}: {_for_coordinators(home, study)}"
    if "see_results" in powers:
        return f"{study.title}: {_for_readers(home, study)}"
    return _for_raters(home)


def _for_raters(home: StudyHome) -> str:
    if not home.open_own:
        return "There is nothing for you to code at the moment."
    left = sum(task.meter.total - task.meter.done for task in home.open_own)
    if not left:
        return "Every turn is judged; what is left is to submit."
    names = [task.transcript for task in home.open_own if task.meter.done < task.meter.total]
    return f"{_count(left, 'turn is', 'turns are')} left for you to judge{_in(names)}."


def _for_coordinators(home: StudyHome, study: Study) -> str:
    if not home.material:
        return "it waits for its first transcripts."
    if home.book is None or home.book.published is None:
        return f"{_count(len(home.material), 'transcript is', 'transcripts are')} in; next comes the codebook."
    if not home.rounds:
        return "transcripts and codebook are ready for the first round."
    return _rounds(home, study)


def _for_readers(home: StudyHome, study: Study) -> str:
    return _rounds(home, study) if home.rounds else "no round has begun yet."


def _rounds(home: StudyHome, study: Study) -> str:
    being = [str(line.round) for line in home.open_rounds]
    parts = []
    if being:
        parts.append(f"{_listed(being)} {'is' if len(being) == 1 else 'are'} being coded")
    if home.result is not None:
        what = "what the raters of {} see differently" if study.discussion_only else "the reliability of {}"
        parts.append(f"{what.format(home.result)} can be read")
    return f"{', and '.join(parts)}." if parts else "you are coding in it yourself."


def _in(names: list[str]) -> str:
    return f" in {_listed(sorted(set(names)))}" if len(set(names)) <= 2 else f" in {len(set(names))} transcripts"


def _listed(names: list[str]) -> str:
    return " and ".join(names) if len(names) <= 2 else f"{len(names)} rounds"


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
