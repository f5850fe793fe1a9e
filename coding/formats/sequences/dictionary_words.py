"""The words of the data dictionary for the files of an analysis of sequences."""

Words = tuple[tuple[str, str, str, str, str], ...]

LAYER = (
    "layer",
    "Whose codings: one rater's label, the majority, the adjudicated ones.",
    "text",
    "as the page names it",
    "not named",
)
TRANSCRIPT = ("transcript", "Name of the transcript; unique in the study.", "text", "up to 120 characters", "never")
DYAD = ("dyad", "Who met.", "text", "any", "not known")
NUMBER = ("session_number", "Which of the dyad's hours it is.", "number", "any", "not known")
WHY = ("why", "Why a value of this row is not defined.", "text", "a sentence", "all are defined")


def group(name: str, what: str) -> tuple[str, str, str, str, str]:
    """Describe a column that names a group of codes."""
    return (name, what, "text", "a code, family or role; groups.csv says which codes", "never")


def turn(name: str, what: str, empty: str = "it never came") -> tuple[str, str, str, str, str]:
    """Describe a column with the number of a segment."""
    return (name, what, "whole number", "from 1", empty)


def count(name: str, what: str) -> tuple[str, str, str, str, str]:
    """Describe a column that counts."""
    return (name, what, "whole number", "from 0", "never")


def figure(name: str, what: str, allowed: str = "any") -> Words:
    """Describe a value with its interval."""
    return (
        (name, what, "number", allowed, "not defined; `why` says why"),
        (f"{name}.low", "Lower end of its 95 % interval.", "number", allowed, "there is no interval"),
        (f"{name}.high", "Upper end of its 95 % interval.", "number", allowed, "there is no interval"),
    )


def number(name: str, what: str, allowed: str = "any", empty: str = "not defined; `why` says why") -> Words:
    """Describe a value without an interval."""
    return ((name, what, "number", allowed, empty),)


SEQUENCES: Words = (
    LAYER,
    ("transcript", "Name of the transcript.", "text", "up to 120 characters", "all transcripts together"),
    group("given", "What comes first."),
    group("target", "What comes so many turns later."),
    ("lag", "How many turns later.", "whole number", "from 1", "never"),
    count("a", "Pairs of turns with given and then target."),
    count("b", "Pairs with given and no target."),
    count("c", "Pairs with target and no given."),
    count("d", "Pairs with neither."),
    *number("expected", "Pairs with both that chance would give.", "from 0"),
    *number("probability", "a / (a + b): how often the target follows.", "0 to 1"),
    *number("base", "(a + c) / n: how often it follows anything.", "0 to 1"),
    *number("adjusted_residual", "Adjusted residual; an empty cell counts as 0.5."),
    *number("textbook_residual", "The same without that."),
    *number("within_residual", "Each session held against its own margins (Mantel and Haenszel)."),
    *number("p", "Two-sided p of the residual against the normal distribution.", "0 to 1"),
    *number("p_shuffled", "p by shuffling within sessions.", "0 to 1", "not computed, or no shuffle changes a"),
    *number("p_holm", "The same, corrected for the number of cells by Holm.", "0 to 1", "as p_shuffled"),
    *number("p_max", "The same, corrected by the maximum over the cells.", "0 to 1", "as p_shuffled"),
    *figure("yules_q", "Yule's Q.", "-1 to 1"),
    *figure("log_odds_ratio", "Log odds ratio; 0.5 added to each cell where one is empty."),
    ("interval", "How the intervals were made.", "text", "jackknife over sessions; turns taken as independent", "none"),
    WHY,
)
TRANSITIONS: Words = (
    LAYER,
    group("given", "What comes first."),
    group("target", "What comes so many events later."),
    ("lag", "How many events later.", "whole number", "from 1", "never"),
    count("frequency", "How often."),
    *number("expected", "How often chance would give it; 0 where it cannot be.", "from 0"),
    *number("probability", "Share of what follows the given.", "0 to 1"),
    *number("adjusted_residual", "Adjusted residual."),
    *number("p", "Two-sided p of the residual against the normal distribution.", "0 to 1"),
    *number("yules_q", "Yule's Q.", "-1 to 1"),
    WHY,
)
COUNTS: Words = (
    LAYER,
    ("by", "What parts the turns.", "word", "all; session; speaker; phase; an attribute of sessions", "never"),
    ("part", "Which part.", "text", "any", "never"),
    group("group", "What is counted."),
    count("turns", "Turns with any of its codes."),
    count("known", "Judged turns of the speaker roles it applies to."),
    *figure("per_100", "Turns per 100 known turns.", "0 to 100"),
    *figure("per_minute", "Turns per minute of judged turns.", "from 0"),
    *figure("sessions", "Share of sessions with at least one.", "0 to 1"),
    WHY,
)
TOGETHER: Words = (
    LAYER,
    group("one", "One group."),
    group("other", "The other."),
    ("window", "How many consecutive turns a window has; 1 is the same turn.", "whole number", "from 1", "never"),
    count("a", "Windows with both."),
    count("b", "Windows with the one only."),
    count("c", "Windows with the other only."),
    count("d", "Windows with neither."),
    *number("jaccard", "a / (a + b + c).", "0 to 1"),
    *number("phi", "Correlation of the two.", "-1 to 1"),
    *figure("log_odds_ratio", "Log odds ratio; 0.5 added to each cell where one is empty."),
    WHY,
)
EPISODES: Words = (
    LAYER,
    TRANSCRIPT,
    turn("pull", "First turn of the pull.", "never"),
    turn("pull_end", "Last turn of it.", "never"),
    turn("noticed", "First turn after that in which it was noticed."),
    turn("named", "First turn after that in which it was named."),
    turn("turned_away", "First turn after that in which it was turned away from."),
    turn("followed_until", "Last turn that is known.", "never"),
    ("outcome", "What came first.", "word", "named; turned away; hour ended; coding ended", "never"),
    ("how", "What says that this pull was named.", "word", "link; adjacency", "it was not named"),
)
NAMINGS: Words = (
    LAYER,
    TRANSCRIPT,
    turn("naming", "Turn with a naming.", "never"),
    turn("pull", "Turn of the pull that it took up: linked, else the last before.", "there was none before"),
    ("pull_how", "What says so.", "word", "link; adjacency", "there was none before"),
    ("response", "A kind of response that followed.", "text", "the name of a role", "none followed"),
    ("turns_later", "How many turns later it first came.", "whole number", "from 1", "none followed"),
    ("how", "What says that it answers this naming.", "word", "link; adjacency", "none followed"),
    count("followed_for", "Turns after the naming that are known."),
)
WAITS: Words = (
    LAYER,
    ("condition", "Which sessions.", "text", "a value of the attribute that parts them", "never"),
    ("until", "Until what a pull waits.", "word", "naming; noticing", "never"),
    ("unit", "In what it is counted.", "word", "turns; seconds", "never"),
    ("of", "Which pulls wait.", "word", "first pull; every pull", "never"),
    ("time", "Time since the pull.", "number", "from 0", "never"),
    count("waiting", "Pulls still waiting just before."),
    count("happened", "Pulls for which it happened then."),
    count("censored", "Pulls of which no more is known after that."),
    *figure("survival", "Share still waiting after that (Kaplan-Meier).", "0 to 1"),
)
CONTRASTS: Words = (
    LAYER,
    ("condition", "The condition, or the one above the line of the ratio.", "text", "any", "never"),
    ("to", "The condition below the line.", "text", "any", "a row about one condition: its median"),
    ("until", "Until what a pull waits.", "word", "naming; noticing", "never"),
    ("unit", "In what it is counted.", "word", "turns; seconds", "never"),
    ("of", "Which pulls wait.", "word", "first pull; every pull", "never"),
    ("measure", "What the value is.", "word", "median; hazard_ratio", "never"),
    *figure("value", "The median wait, or the hazard ratio.", "from 0"),
    *number("p", "p by shuffling the conditions over the sessions.", "0 to 1", "a median, or there is no test"),
    ("n", "Pulls (median) or sessions (ratio).", "whole number", "from 0", "never"),
    WHY,
)
SCORES: Words = (
    LAYER,
    ("score", "What each session is measured by.", "text", "any", "never"),
    TRANSCRIPT,
    ("condition", "Its condition.", "text", "any", "never"),
    *number("value", "The score of the session.", "any", "not defined there"),
)
COURSES: Words = (
    LAYER,
    DYAD,
    NUMBER,
    TRANSCRIPT,
    group("group", "What is counted."),
    *number("per_100", "Turns with it per 100 judged turns of the hour.", "0 to 100"),
    ("why", "Why there is no value, or why the hours are no course.", "text", "a sentence", "nothing is in the way"),
)
RECURRENCES: Words = (
    LAYER,
    DYAD,
    TRANSCRIPT,
    turn("told", "Turn in which the pull was told of as lived elsewhere.", "never"),
    ("code", "Which pull.", "text", "a key of the codebook", "never"),
    ("person", "Of whom it was told.", "text", "any", "not said"),
    turn("same_hour", "First later turn of the hour in which it was lived in the room."),
    ("later_hours", "The same for later hours.", "text", "TRANSCRIPT turn N, parted by ;", "none came"),
    count("later_known", "How many later hours of the dyad there are."),
)
DIRECTIONS: Words = (
    LAYER,
    ("speaker", "As what the speaker of the pull speaks.", "text", "a speaker role", "not known"),
    ("direction", "From whom to whom.", "text", "a value of the attribute; not said", "never"),
    count("count", "How many codings."),
)
GROUPS: Words = (
    group("group", "Name of the group."),
    ("code", "A code of it.", "text", "a key of the codebook", "never"),
)
LONG: Words = (
    LAYER,
    TRANSCRIPT,
    DYAD,
    NUMBER,
    ("session.<name>", "A session attribute, the same in every row of a transcript.", "text", "any", "not given"),
    ("segment", "Number of the segment in its transcript.", "whole number", "from 1", "never"),
    ("role", "As what its speaker speaks.", "text", "a speaker role of the study", "not known"),
    ("start", "When it begins, in seconds.", "number", "any", "not known"),
    ("end", "When it ends, in seconds.", "number", "any", "not known"),
    ("judged", "Whether it was judged in this layer.", "number", "1; 0", "never"),
    (
        "<CODE>",
        "Whether the code was given.",
        "number",
        "1 (given); 0 (judged and not given)",
        "no value: not judged, uncodable, a tie, or another speaker's code",
    ),
    (
        "group.<name>",
        "Whether any code of the group was given; a judged turn of another speaker role counts 0.",
        "number",
        "1; 0",
        "not known",
    ),
)

SEQUENCE_FILES: dict[str, Words] = {
    "sequences.csv": SEQUENCES,
    "transitions.csv": TRANSITIONS,
    "counts.csv": COUNTS,
    "together.csv": TOGETHER,
    "episodes.csv": EPISODES,
    "namings.csv": NAMINGS,
    "waits.csv": WAITS,
    "contrasts.csv": CONTRASTS,
    "scores.csv": SCORES,
    "courses.csv": COURSES,
    "recurrences.csv": RECURRENCES,
    "directions.csv": DIRECTIONS,
    "groups.csv": GROUPS,
    "long.csv": LONG,
}
