"""The words of the data dictionary for the files of a reliability report."""

Words = tuple[tuple[str, str, str, str, str], ...]

_PART = (
    "part",
    "What kind of variable it is.",
    "word",
    "codes; families; ratings; attributes",
    "never",
)
_LABEL = "label of a rater"
_SHARE = "0 to 1"
_COEFFICIENT = "up to 1; below 0 where raters agree less than by chance"


def _ends(name: str, what: str, allowed: str) -> Words:
    return (
        (name, what, "number", allowed, "undefined; the long table says why"),
        (f"{name}.low", "Lower end of its 95 % interval.", "number", allowed, "there is no interval"),
        (f"{name}.high", "Upper end of its 95 % interval.", "number", allowed, "there is no interval"),
    )


LONG: Words = (
    ("part", _PART[1], "word", f"{_PART[3]}; evidence; sessions; overall", "never"),
    ("key", "Key of the code, family or attribute.", "text", "a key of the codebook", "over all codes"),
    ("name", "Its name.", "text", "any", "over all codes"),
    ("rater_1", "First rater of a pair.", "text", _LABEL, "all raters together"),
    ("rater_2", "Second rater of a pair.", "text", _LABEL, "all raters together"),
    ("coefficient", "Which coefficient this row is about.", "word", "a name of the methods page", "never"),
    ("value", "Its value, not rounded.", "number", "any", "undefined; `why` says why"),
    ("low", "Lower end of the interval.", "number", "any", "there is none; `why_no_interval` says why"),
    ("high", "Upper end of the interval.", "number", "any", "there is none; `why_no_interval` says why"),
    (
        "interval",
        "How the interval was made.",
        "word",
        "jackknife (one transcript left out at a time); F (of whole sessions)",
        "there is none",
    ),
    ("n", "Segments (over all codes: codes) that the coefficient used.", "whole number", "from 0", "never"),
    ("why", "Why there is no value.", "text", "a reason", "there is a value"),
    ("why_no_interval", "Why there is no interval.", "text", "a reason", "there is an interval"),
    ("definition", "What the coefficient is called, and its formula.", "text", "any", "never"),
    ("source", "Whose definition it follows.", "text", "a reference", "a summary over codes"),
)

WIDE: Words = (
    ("code", "Key of the code.", "text", "a code of the codebook; NRM is none applies", "never"),
    ("name", "Its name.", "text", "any", "never"),
    ("segments", "Segments with values of two raters or more.", "whole number", "from 0", "never"),
    ("transcripts", "Transcripts that these segments are in.", "whole number", "from 0", "never"),
    (
        "not_judged",
        "Values that are missing since a rater did not judge the segment.",
        "whole number",
        "from 0",
        "never",
    ),
    ("uncodable", "Values that are missing since a rater called it uncodable.", "whole number", "from 0", "never"),
    ("disputed", "Segments on which two raters differ.", "whole number", "from 0", "never"),
    ("given.<rater>", "On how many segments this rater gave it.", "whole number", "from 0", "never"),
    ("judged.<rater>", "For how many segments this rater has a value.", "whole number", "from 0", "never"),
    ("prevalence.<rater>", "The share of the one in the other.", "number", _SHARE, "the rater has no value"),
    *_ends("percent_agreement", "Share of agreeing pairs of raters.", _SHARE),
    *_ends("positive_agreement", "Agreement on presence.", _SHARE),
    *_ends("negative_agreement", "Agreement on absence.", _SHARE),
    *_ends("krippendorff_alpha", "Krippendorff's alpha, nominal.", _COEFFICIENT),
    *_ends("gwet_ac1", "Gwet's AC1.", _COEFFICIENT),
    *_ends("fleiss_kappa", "Fleiss' kappa; with two raters `cohen_kappa` stands in its place.", _COEFFICIENT),
    ("why", "Why alpha is undefined.", "text", "a reason", "it is defined"),
    ("why_no_interval", "Why alpha has no interval.", "text", "a reason", "it has one"),
)

_RATED_AS = (
    "The value of this rater: 1 (given) or 0 (judged and not given); of an exclusive family the key of the code; "
    "of a rating the number, 0 where the code was not given; of an attribute what was said."
)
MATRIX: Words = (
    _PART,
    ("variable", "Key of the code, family or attribute.", "text", "a key of the codebook", "never"),
    ("transcript", "Name of the transcript.", "text", "up to 120 characters", "never"),
    ("segment", "Number of the segment in its transcript.", "whole number", "from 1", "never"),
    (
        "rater.<rater>",
        _RATED_AS,
        "text",
        "a category of the variable",
        "no value: not judged, uncodable, not for this speaker's role, or given without a rating",
    ),
)

VARIABLES: Words = (
    _PART,
    ("variable", "Key of the code, family or attribute.", "text", "a key of the codebook", "never"),
    ("level", "Level of measurement.", "word", "nominal; ordinal", "never"),
    ("categories", "How many categories are declared, used or not; AC1 needs it.", "whole number", "from 1", "never"),
    ("values", "The categories, in their order.", "text", "several as a; b", "never"),
)

REPORT_FILES = {"reliability.csv": LONG, "codes.csv": WIDE, "matrix.csv": MATRIX, "variables.csv": VARIABLES}
