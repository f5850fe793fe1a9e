"""The words of the data dictionary: for each file its columns with meaning, type, allowed values and empties."""

Words = tuple[tuple[str, str, str, str, str], ...]

RULES = """
How to read the files that the workbench writes, and those that it reads.

**Absent is not missing.** A segment that a rater judged without giving a code counts 0 for that code. A segment
not yet judged, a code that the rater's codebook version did not have, a segment whose speaker role the code
does not apply to, and a segment called uncodable have no value at all. In `codings.csv` a judged segment has at
least one row: one for each code given, or a single row with an empty `code`. A segment without any row of a
rater was not judged by that rater. In `codings_wide.csv` the same is written out as 1, 0 and empty. Programs
that read an empty cell as 0 get wrong results.

**A rating of 0 is never written.** It means that the code is absent. Where a rated code is absent from a judged
segment, its rating counts as the 0 of the scale.

**Guarded cells.** Spreadsheet programs run a cell as a formula when it begins with `=`, `+`, `-` or `@`, a tab
or a carriage return. Text that begins so, or with apostrophes before one of these, is written with one more
apostrophe in front, in every column of names or free text. To have the text as it was, take the first
apostrophe away from a cell that begins with apostrophes followed by one of these characters. Numbers are never
guarded. The workbench removes the guard by itself when it reads a file.

**Offsets** (`span_start`, `span_end`) count Unicode code points in the segment's text without the guard, from
0; the end is the first character that no longer belongs. Line ends inside a text count as one character. This
is how Python and R (`substr`) count; JavaScript and Java count some characters, such as emoji, twice.

**Layout.** CSV in UTF-8 without a byte order mark, separated by commas, rows ended by a line feed, cells in
double quotes where they need it. On import, semicolons and tabs as separators and any line end are understood
too. Times are in UTC, as `2026-11-23T14:30:00Z`; times within a session are `hh:mm:ss.mmm` from its beginning.

**Names.** `rater` is the label of a member of the study, never an email address. Transcripts, raters, rounds
and codes are named by the same text in every file, and these names join the files.
"""

TRANSCRIPT = ("transcript", "Name of the transcript; unique in the study.", "text", "up to 120 characters")
SEGMENT = ("segment", "Number of the segment in its transcript.", "whole number", "from 1")
RATER = ("rater", "Label of the rater; unique in the study.", "text", "up to 80 characters")
ROUND = ("round", "Name of the round in which it was coded.", "text", "up to 80 characters")

SEGMENTS: Words = (
    (*TRANSCRIPT, "never; on import the file's name is taken"),
    (*SEGMENT, "never; on import rows are counted"),
    ("speaker", "Who speaks, as the transcript names them.", "text", "any", "nobody is named"),
    ("role", "As what they speak.", "text", "a speaker role of the study", "on import: by label, else other"),
    ("start", "When the segment begins in the session.", "time", "hh:mm:ss.mmm; seconds on import", "not known"),
    ("end", "When the segment ends in the session.", "time", "hh:mm:ss.mmm; seconds on import", "not known"),
    ("text", "What is said, as imported.", "text", "any", "nothing is said"),
    ("session.<name>", "A session attribute, the same in every row of a transcript.", "text", "any", "not given"),
)

CODINGS: Words = (
    (*TRANSCRIPT, "never"),
    (
        "segment",
        "Number of the segment in its transcript; “turn” is read as the same.",
        "whole number",
        "from 1",
        "never",
    ),
    (*RATER, "in the final layer: nobody's own, such as a unanimous coding; else never"),
    (
        "code",
        "Key of the code that was given.",
        "text",
        "a code of the codebook",
        "the segment was judged, no code given",
    ),
    (
        "rating",
        "How marked it is.",
        "whole number",
        "1 to the highest of the scale",
        "not rated, or the code has no scale",
    ),
    (
        "outcome",
        "What was found instead of codes.",
        "word",
        "none; uncodable; in the final layer also open",
        "there are codes; without a code: none",
    ),
    ("reason", "Why the segment is uncodable, or was decided so.", "text", "up to 500 characters", "no reason given"),
    ("span_start", "Where the evidence begins.", "offsets", "from 0; several as 12;40", "no words were marked"),
    ("span_end", "Where the evidence ends; as many as starts.", "offsets", "above its start", "no words were marked"),
    ("memo", "Remark about the coding.", "text", "any", "no remark"),
    ("judgement_memo", "Remark about the segment, the same in each of its rows.", "text", "any", "no remark"),
    ("flag", "The rater wants to come back to this segment.", "true or false", "true", "false"),
    ("attribute.<id>", "An attribute of the coding.", "as declared", "as declared in the codebook", "not said"),
    ("layer", "Whether this is a rater's own coding or the final word.", "word", "raw; final", "raw"),
    (*ROUND, "not said"),
    ("codebook_version", "Version of the codebook that was used.", "text", "up to 40 characters", "not said"),
    ("revision", "Revision of the transcript that was coded.", "whole number", "from 1", "not said"),
    ("coding_id", "Random id of the coding; it says nothing about order.", "text", "a UUID", "a row without a code"),
    ("coded_at", "When the code was given.", "time", "UTC", "not known"),
    ("judged_at", "When the rater finished the segment.", "time", "UTC", "not known"),
    (
        "source",
        "Where a final word comes from; this and the next three only in an adjudicated round. Unanswered: no row.",
        "word",
        "adjudicated; unanimous; only_rater; open (left so by an adjudicator)",
        "a raw row",
    ),
    ("rule", "By which rule it was adjudicated.", "word", "discussion; third_rater; majority; mean", "not adjudicated"),
    ("cause", "What the raters differed by.", "word", "close_codes; overlooked; definition", "not said"),
    (
        "saw_identities_at",
        "Since when the adjudicator could know who gave what there.",
        "time",
        "UTC",
        "decided blind, or not adjudicated",
    ),
    (
        "purpose",
        "Of a drift check: the rater had judged the segment before, or it has gold; it enters no table between raters.",
        "word",
        "repeat; gold",
        "coded in its turn",
    ),
)

WIDE: Words = (
    (*TRANSCRIPT, "never"),
    (*SEGMENT, "never"),
    ("speaker", "Who speaks.", "text", "any", "nobody is named"),
    ("role", "As what they speak.", "text", "a speaker role of the study", "never"),
    (*RATER, "in the final layer: nobody's own; else never"),
    (
        "outcome",
        "What was found instead of codes.",
        "word",
        "none; uncodable; open (an adjudicator left it so)",
        "there are codes, it was not judged, or nobody has answered",
    ),
    (
        "layer",
        "A rater's own row or the final word; written where a round was adjudicated.",
        "word",
        "raw; final",
        "raw",
    ),
    (
        "source",
        "Where the final word comes from; written with the layer.",
        "word",
        "adjudicated; unanimous; only_rater; open",
        "a raw row",
    ),
    (
        "<CODE>",
        "One column a code, named by its key (code.KEY where another column has that name).",
        "0 or 1",
        "1 (given); 0 (judged and not given)",
        "no value: not judged, uncodable, or the code does not apply to the speaker's role",
    ),
    (
        "<CODE>.rating",
        "The rating, for each code that is rated.",
        "whole number",
        "1 to the highest of the scale",
        "not given or not rated; where the code is 0 the rating counts as the scale's 0",
    ),
)

LINKS: Words = (
    (*TRANSCRIPT, "never"),
    (*RATER, "never"),
    ("kind", "How the two codings belong together.", "text", "a kind of link", "the codebook names no kinds"),
    ("from_segment", "Segment of the later coding.", "whole number", "from 1", "never"),
    ("from_code", "Key of the later coding's code.", "text", "a code of the codebook", "never"),
    ("to_segment", "Segment of the earlier coding.", "whole number", "from 1", "never"),
    ("to_code", "Key of the earlier coding's code.", "text", "a code of the codebook", "never"),
    (*ROUND, "not said"),
)

NOTES: Words = (
    (*TRANSCRIPT, "never"),
    (*RATER, "never"),
    (*ROUND, "not said"),
    ("written_at", "When it was written.", "time", "UTC", "not known"),
    ("text", "The rater's reflexive note.", "text", "any", "never"),
)

ASSIGNMENTS: Words = (
    (*TRANSCRIPT, "never"),
    (*RATER, "never"),
    (*ROUND, "never"),
    ("codebook_version", "Version of the codebook that was used.", "text", "up to 40 characters", "never"),
    ("revision", "Revision of the transcript that was coded.", "whole number", "from 1", "never"),
    ("place", "Where it stood in the rater's own order.", "whole number", "from 1", "no order was drawn"),
    ("submitted_at", "When the rater handed it in.", "time", "UTC", "never"),
    (
        "could_read_since",
        "Since when the rater could read others' codings of it before it was given to them; they count, and are named.",
        "time",
        "UTC",
        "they could not: a naive rater",
    ),
)

TRAINING = ("round", "Name of the training round.", "text", "up to 80 characters")
GOLD: Words = (
    (*TRANSCRIPT, "never"),
    (*TRAINING, "never"),
    ("codebook_version", "Version of the codebook that was used.", "text", "up to 40 characters", "never"),
    ("revision", "Revision of the transcript that the gold is of.", "whole number", "from 1", "never"),
    ("number", "How often gold was said here, this included; the highest counts.", "whole number", "from 1", "never"),
    ("source", "Whether it is what one rater coded, or the final word of a round.", "word", "coded; final", "never"),
    ("source_round", "Name of the round in which that was coded.", "text", "up to 80 characters", "never"),
    ("source_rater", "Label of the rater whose codings they are.", "text", "up to 80 characters", "a final word"),
    ("since", "When it was said.", "time", "UTC", "never"),
    ("said_by", "Label of whoever said it.", "text", "up to 80 characters", "not known"),
    ("reason", "Why it replaced the one before.", "text", "up to 500 characters", "the first that was said"),
)

CLEARANCES: Words = (
    (*RATER, "never"),
    (*TRAINING, "never"),
    ("code", "Key of a code that the criterion asks for.", "text", "a code of the codebook", "none was asked"),
    (
        "coefficient",
        "What is compared with the threshold, within each transcript.",
        "word",
        "cohen_kappa; krippendorff_alpha; percent_agreement",
        "never",
    ),
    ("threshold", "What it is to reach.", "number", "-1 to 1", "never"),
    ("in_a_row", "On how many transcripts in a row.", "whole number", "from 1", "never"),
    ("how", "Whether the criterion cleared the rater, or a coordinator did.", "word", "criterion; by_hand", "never"),
    (
        "met_on",
        "Name of the transcript that completed the row, as the gold stands now.",
        "text",
        "up to 120 characters",
        "the code is not met",
    ),
    ("cleared_at", "Since when the rater is cleared, for all codes together.", "time", "UTC", "never"),
    ("cleared_by", "Label of whoever cleared by hand.", "text", "up to 80 characters", "cleared by the criterion"),
    ("reason", "Why somebody was cleared by hand.", "text", "up to 500 characters", "cleared by the criterion"),
)

KEY = "up to 60 characters, unique"
CODEBOOK: Words = (
    ("id", "Key of the codebook.", "text", "up to 60 characters", "required"),
    ("version", "Name of this version.", "text", "up to 40 characters", "required"),
    ("title", "Title of the codebook.", "text", "up to 200 characters", "required"),
    ("labelling.max_codes_per_turn", "Most codes a segment can get.", "whole number", "1 to 1000", "no limit"),
    ("labelling.exclusive_codes", "Codes that stand for an outcome.", "list of keys", "at most two", "no such codes"),
    ("rating.name", "What is rated.", "text", "up to 60 characters", "rating"),
    ("rating.type", "Level of measurement.", "word", "ordinal; interval; ratio", "ordinal"),
    ("rating.min", "Lowest rating.", "whole number", "0 to 99", "0"),
    ("rating.max", "Highest rating.", "whole number", "1 to 100", "required, if there is a rating"),
    ("rating.anchors", "What each rating means.", "object", "number: text", "no anchors"),
    ("rating.required_when_code_given", "Whether the desk asks for it.", "true or false", "true; false", "false"),
    ("attributes[].id", "Key of an attribute of codings.", "text", KEY, "required"),
    (
        "attributes[].type",
        "Level of measurement.",
        "word",
        "nominal; ordinal; text",
        "nominal with values, ordinal with bounds, else text",
    ),
    (
        "attributes[].values",
        "Values it can take, with their meaning.",
        "object",
        "key: text",
        "by min and max, or free text",
    ),
    ("attributes[].min", "Lowest value of a number.", "whole number", "-1000 to 1000", "no numbers"),
    ("attributes[].max", "Highest value of a number.", "whole number", "-1000 to 1000", "no numbers"),
    ("attributes[].applies_to", "Codes it is asked of.", "list of keys", "families, codes, or *", "every code"),
    ("attributes[].required", "Whether it must be said.", "true or false", "true; false", "false"),
    ("attributes[].default", "What it is until somebody says otherwise.", "one of the values", "a value", "nothing"),
    ("families[].id", "Key of a family.", "text", KEY, "required"),
    ("families[].short_name", "Name of the family.", "text", "up to 120 characters", "required"),
    ("families[].definition", "What its codes have in common.", "text", "any", "not said"),
    (
        "families[].color",
        "Colour; picks the nearest hue of the workbench.",
        "text",
        "#rrggbb; #rgb",
        "the next free hue",
    ),
    ("families[].exclusive", "At most one of its codes in a segment.", "true or false", "true; false", "false"),
    ("codes[].id", "Key of a code.", "text", KEY, "required"),
    ("codes[].short_name", "Name of the code.", "text", "up to 120 characters", "required"),
    ("codes[].parent", "Its family.", "text", "key of a family", "required"),
    ("codes[].applies_to_roles", "Speaker roles it can be given to.", "list of roles", "roles", "every role"),
    ("codes[].definition", "What it means.", "text", "any", "not said"),
    ("codes[].include", "What counts.", "list of texts", "any", "not said"),
    ("codes[].exclude", "What does not count.", "list of texts", "any", "not said"),
    ("codes[].near_misses", "What is easily mistaken for it.", "list of texts", "any", "not said"),
    ("codes[].examples[].text", "Words of an example.", "text", "any", "required"),
    ("codes[].examples[].role", "Who says them.", "text", "a role", "anybody"),
    ("codes[].examples[].rating", "How marked it is.", "whole number", "0 to 100", "not said"),
    (
        "codes[].rated",
        "Whether it is rated.",
        "true or false",
        "true; false",
        "rated, if there is a rating and it is no outcome",
    ),
    ("codes[].color", "Colour of the code; pages use its family's.", "text", "#rrggbb; #rgb", "not said"),
    ("codes[].key_letter", "Its key on the desk.", "letter", "A to Z without J, K, M, Z; unique", "one is proposed"),
)
