"""What became of each naming: the pull it took up, what was said, and the answers within some turns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from coding.analysis.episodes import How
from coding.analysis.figures import Figure
from coding.analysis.following import NEITHER, WITHIN, Naming, namings, shares
from coding.analysis.material import Session
from coding.formats.pictures.points import Measure, Point, points_picture
from coding.formats.pictures.svg import Picture
from coding.queries import sheets
from coding.queries.enactments import Enactments
from coding.queries.enactments_asked import Asked
from coding.queries.judged_rows import CodeRow
from coding.queries.sheets import Sheet, Told, TurnAt, sheet
from transcripts.models import Segment

#: So many namings stand on a page; all of them are in the file.
SHOWN = 60
#: No more conditions than these are told apart in a picture.
MOST = 6
WORDS = 72


@dataclass(frozen=True, slots=True)
class Step:
    """Some codes on one turn: of the pull, of the noticing, of the naming, of an answer."""

    at: TurnAt
    speaker: str
    codes: tuple[CodeRow, ...]
    by_link: bool = False


@dataclass(frozen=True, slots=True)
class NamingLine:
    """One naming from its pull to its answers."""

    transcript: str
    condition: str
    pull: Step | None
    latency: int | None
    noticing: tuple[CodeRow, ...]
    naming: Step
    words: str
    answers: tuple[Step, ...]
    followed_for: int


def why_no_namings(found: Enactments) -> str:
    """Say why no naming can be followed, or nothing where one can."""
    if not found.material.sessions:
        return "No session of this round can be shown."
    if not found.roles.naming.codes:
        return "No code of this codebook stands as a naming: say which ones do, and what becomes of them stands here."
    columns = [found.material.keys.index(key) for key in found.roles.naming.codes]
    if not any((session.values[:, columns] == 1).any() for session in found.material.sessions):
        return "Not defined: naming never occurs in this layer."
    return ""


class Namings:
    """The namings of the layer, those of one session or condition where that is asked for."""

    def __init__(self, found: Enactments, asked: Asked) -> None:
        """Find them in the sessions of the layer with their links."""
        self.found, self.asked = found, asked
        self.material = found.linked_material
        by = found.by(asked)
        self.condition = [session.attributes.get(by, "") for session in self.material.sessions]
        every = () if why_no_namings(found) else found.once("namings", lambda: namings(self.material, found.roles))
        self.every: tuple[Naming, ...] = tuple(every)
        self.wanted = [
            one
            for one in self.every
            if (not asked.session or one.transcript == asked.session)
            and (not asked.where or self.condition[one.session] == asked.where)
        ]

    def lines(self, most: int = SHOWN) -> list[NamingLine]:
        """Give the first namings with the beginning of what was said; one statement."""
        wanted = self.wanted[:most]
        texts = self._texts(wanted)
        return [self._line(one, texts) for one in wanted]

    def _texts(self, wanted: list[Naming]) -> dict[int, str]:
        found = self.found
        ids = [int(found.rows.units.ids[found.hours[one.session].units[one.turn]]) for one in wanted]
        return dict(Segment.objects.filter(pk__in=ids).values_list("pk", "text"))

    def _line(self, one: Naming, texts: dict[int, str]) -> NamingLine:
        found, hour = self.found, self.found.hours[one.session]
        text = texts.get(int(found.rows.units.ids[hour.units[one.turn]]), "")
        roles = found.roles
        pull = None
        if one.pull_at is not None:
            pull = self._step(one, one.pull_at, roles.pull.codes, by_link=one.pull_how == How.LINK)
        answers = tuple(
            self._step(one, one.turn + answer.turns, self._codes_of(answer.name), by_link=answer.how == How.LINK)
            for answer in one.within(self.asked.within)
        )
        return NamingLine(
            transcript=one.transcript,
            condition=self.condition[one.session],
            pull=pull,
            latency=None if one.pull_at is None else one.turn - one.pull_at,
            noticing=self._given(self.material.sessions[one.session], one.turn, roles.noticing.codes),
            naming=self._step(one, one.turn, roles.naming.codes),
            words=text if len(text) <= WORDS else f"{text[:WORDS].rsplit(' ', 1)[0]} …",
            answers=answers,
            followed_for=one.followed_for,
        )

    def _codes_of(self, name: str) -> tuple[str, ...]:
        return next(group.codes for group in self.found.roles.responses if group.name == name)

    def _step(self, one: Naming, place: int, codes: tuple[str, ...], *, by_link: bool = False) -> Step:
        hour, session = self.found.hours[one.session], self.material.sessions[one.session]
        at = TurnAt(hour.revision, self.found.position(hour, place))
        return Step(at, session.speakers[place], self._given(session, place, codes), by_link)

    def _given(self, session: Session, place: int, codes: tuple[str, ...]) -> tuple[CodeRow, ...]:
        keys = self.material.keys
        return tuple(self.found.codes[key] for key in codes if session.values[place, keys.index(key)] == 1)

    def sentence(self) -> str:
        """Count what became of them, in words."""
        if why := why_no_namings(self.found):
            return why
        total, within = len(self.wanted), self.asked.within
        if not total:
            return "No naming is as you ask."
        roles = self.found.roles
        away = sum(any(a.name == roles.turned_away.name for a in one.within(within)) for one in self.wanted)
        taken = {group.name for group in (roles.recognised, roles.understood, roles.new)}
        up = sum(any(a.name in taken for a in one.within(within)) for one in self.wanted)
        neither = sum(not one.within(within) for one in self.wanted)
        return (
            f"{total} turn{'' if total == 1 else 's'} with a naming; within {within} turn{'' if within == 1 else 's'} "
            f"{up} reworked, {away} turned away from, {neither} neither."
        )


#: What says that a pull is the one that is named.
HOW_WORDS = {How.LINK: "linked by the rater", How.ADJACENCY: "the last one before", How.NONE: ""}
NAMING_COLUMNS = (
    sheets.text("transcript", "Transcript"),
    sheets.text("condition", "Condition"),
    sheets.turn("naming", "Naming"),
    sheets.text("codes", "Codes"),
    sheets.turn("pull", "Pull before"),
    sheets.text("pull_codes", "Its codes"),
    sheets.text("pull_by", "This pull because"),
    sheets.count("latency", "Turns between"),
    sheets.text("noticing", "Noticing in the turn"),
    sheets.text("answers", "Answers, in order"),
    sheets.text("answer_turns", "How many turns later"),
    sheets.count("followed_for", "Turns followed"),
)


def namings_sheet(found: Enactments, asked: Asked) -> Sheet:
    """List every naming with its pull and its answers within the window."""
    made = Namings(found, asked)
    rows = []
    for one in made.wanted:
        line = made._line(one, {})
        rows.append(
            (
                line.transcript,
                line.condition,
                line.naming.at,
                found.told_codes(code.key for code in line.naming.codes),
                line.pull.at if line.pull else None,
                found.told_codes(code.key for code in line.pull.codes) if line.pull else "",
                Told(str(one.pull_how), HOW_WORDS[one.pull_how]),
                line.latency,
                found.told_codes(code.key for code in line.noticing),
                ", ".join(answer.name for answer in one.within(asked.within)),
                ", ".join(str(answer.turns) for answer in one.within(asked.within)),
                line.followed_for,
            )
        )
    note = f"Answers within {asked.within} turns, the first of each kind."
    return sheet("namings", "What became of each naming", NAMING_COLUMNS, rows, note, why_no_namings(found))


def _shares(found: Enactments, asked: Asked) -> list[tuple[str, dict[str, dict[int, Figure]]]]:
    """Give the share of namings that each answer follows, condition by condition."""
    return found.once(f"shares-{found.by(asked)}", lambda: _made_shares(found, asked))


def _made_shares(found: Enactments, asked: Asked) -> list[tuple[str, dict[str, dict[int, Figure]]]]:
    made = Namings(found, asked)
    names = sorted({name for name in made.condition if name}) or [""]
    parts = [(name, [one for one in made.every if not name or made.condition[one.session] == name]) for name in names]
    return [(name or "all sessions", _where(shares(part, found.roles, WITHIN), name)) for name, part in parts]


def _where(made: dict[str, dict[int, Figure]], condition: str) -> dict[str, dict[int, Figure]]:
    """Say of a condition without any naming that it is that condition, not the whole layer."""
    if not condition:
        return made
    return {
        answer: {
            turns: replace(figure, why=figure.why.replace(" in this layer", f" in {condition}"))
            for turns, figure in by_turns.items()
        }
        for answer, by_turns in made.items()
    }


def answers_sheet(found: Enactments, asked: Asked) -> Sheet:
    """List the shares of namings that are answered within 1, 3 and 5 turns, by condition."""
    columns = (
        sheets.text("answer", "Answer"),
        sheets.count("within", "Within, turns"),
        sheets.text("condition", "Condition"),
        *sheets.figure_columns("share", "Share of namings"),
    )
    if why := why_no_namings(found):
        return sheet("answers", "What follows a naming", columns, [], why=why)
    rows = [
        (answer, turns, condition, *sheets.figure_cells(figure))
        for condition, table in _shares(found, asked)
        for answer, by_turns in table.items()
        for turns, figure in by_turns.items()
    ]
    note = "Only namings that are followed for that long. A naming may be recognised and turned away from."
    return sheet("answers", "What follows a naming", columns, rows, note)


def draw_answers_by_rater(found: Enactments, asked: Asked) -> list[tuple[str, Picture | None]]:
    """Draw the same shares in each rater's own codes; none for a rater who never gave a naming."""
    return [(label, draw_answers(other, asked, is_small=True)) for label, other in found.beside]


def draw_answers(
    found: Enactments, asked: Asked, href: Callable[[str], str] | None = None, *, is_small: bool = False
) -> Picture | None:
    """Draw these shares as points with intervals, for the window that is asked for or the nearest one."""
    if why_no_namings(found):
        return None
    within = min(WITHIN, key=lambda turns: abs(turns - asked.within))
    made = _shares(found, asked)
    conditions = [condition for condition, _ in made]
    slots = {group.name: found.codes[group.codes[0]].slot for group in found.roles.responses if group.codes}
    measures = []
    for answer in [*slots, NEITHER]:
        points = tuple(
            Point(
                place,
                figure.value,
                figure.low,
                figure.high,
                f"{condition}, {answer}: {share_words(figure)}",
                href(condition) if href else "",
            )
            for place, (condition, table) in enumerate(made[:MOST])
            for figure in [table[answer][within]]
        )
        codes = next((group.codes for group in found.roles.responses if group.name == answer), ())
        weak = bool(codes) and found.standing(codes).is_below
        measures.append(Measure(answer, slots.get(answer, "stone"), points, weak))
    title = f"What follows a naming within {within} turn{'' if within == 1 else 's'}, by condition"
    name = "answers-small" if is_small else "answers"
    return points_picture(
        conditions[:MOST], measures, title, "share of namings", name=name, high=1.0, is_small=is_small
    )


def share_words(figure: Figure) -> str:
    """Say a share in a line."""
    if figure.value is None:
        return figure.why
    interval = f", {figure.low:.2f} to {figure.high:.2f}" if figure.low is not None and figure.high is not None else ""
    return f"{figure.value:.2f} ({round(figure.value * figure.n)} of {figure.n}){interval}"
