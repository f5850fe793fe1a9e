"""Judge by its looks alone whether a few words before a colon name a speaker."""

import re
import unicodedata

LONGEST_LABEL = 60
_MOST_WORDS = 6


def words(text: str) -> frozenset[str]:
    """Make a set of the words of a text."""
    return frozenset(text.split())


# One word is enough to know these; the product speaks English, transcripts come in other languages too.
ROLE_WORDS = words("""
    therapist patient client counsellor counselor analyst psychotherapist psychologist psychiatrist doctor clinician
    nurse interviewer interviewee interviewed moderator facilitator respondent participant subject speaker voice
    researcher observer supervisor supervisee coach coachee mother father parent child son daughter wife husband
    partner student teacher trainer unknown all both caller operator host guest woman man
    therapeut therapeutin patientin klient klientin interviewerin befragte befragter sprecher sprecherin
    thérapeute patiente psychologue intervieweur sprekers terapeuta paciente entrevistador entrevistadora
    paziente cliente terapeut hulpverlener cliënt терапевт пациент клиент 治疗师 来访者 咨询师 患者 セラピスト
    クライエント 치료자 내담자 מטפל מטפלת מטופל מטופלת معالج المعالج مريض المريض
""")
# Words that end what somebody says before a quotation: "He said: go".
_SAYING = words("""
    said says say asked asks ask told tells tell thought think thinking replied replies answered answers goes went
    like was were is are am be that this which means meant wrote writes shouted whispered thing things question point
    following do did know knows because
""")
_SENTENCE_OPENERS = words("""
    i he she they we you it and but so or because well yes no yeah okay ok oh then when if what why how that this these
    those there here my your his her their our as for in on at with like just maybe
""")
_PARTICLES = words("von van de der den del della di da du la le el al bin ibn of the und and y e zu zur")
_INVISIBLE_AROUND = "\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
_NEVER_INSIDE = re.compile(r"[?!;\"“”„«»<>{}\[\]=|\\…、。！？]|\.\.|://|--")
_TURN_NUMBER = re.compile(r"[\W_]*\d+[\W_]*")


def clean_label(raw: str) -> str:
    """Give a label without the marks and spaces around it, and with single spaces inside."""
    # Bullets, dashes and the arrows of captions stand before a label and are no part of it.
    inner = raw.strip().strip(_INVISIBLE_AROUND).lstrip("-–—•·> ").strip("*_").strip().strip(_INVISIBLE_AROUND)
    return " ".join(inner.split())


def can_be_label(label: str) -> bool:
    """Keep what could name a speaker at all: short, with a letter, without the marks of a sentence."""
    if not label or len(label) > LONGEST_LABEL or _NEVER_INSIDE.search(label):
        return False
    parts = label.split(" ")
    if len(parts) > _MOST_WORDS or label.count(",") > 1:
        return False
    # A full stop inside belongs to a title or an initial ("Dr. Müller", "A.J. Lopez"), else two sentences stand here.
    if any(word.endswith(".") and len(word) > 5 for word in parts[:-1]):
        return False
    return any(unicodedata.category(sign)[0] == "L" for sign in label) and not _TURN_NUMBER.fullmatch(label)


def names_a_role(label: str) -> bool:
    """Say whether the label is a known role, with or without a number or an addition: "Patient", "Speaker 2"."""
    first = re.split(r"[\s\d_(#/-]", label, maxsplit=1)[0].casefold().rstrip(".")
    return first in ROLE_WORDS and len(label.split(" ")) <= 4


def reads_like_speech(label: str) -> bool:
    """Say whether the words are rather the beginning of a sentence: "He said", "one more thing"."""
    parts = label.split(" ")
    lowered = [word.casefold().strip(",.'’") for word in parts]
    if len(parts) > 1 and (lowered[-1] in _SAYING or lowered[0] in _SENTENCE_OPENERS):
        return True
    if len(parts) == 1:
        return lowered[0] in _SENTENCE_OPENERS and not (label.isupper() and len(label) <= 2)
    return any(
        word[:1].islower() and lower not in _PARTICLES for word, lower in zip(parts[1:], lowered[1:], strict=True)
    ) and not names_a_role(label)


def looks_like_name(label: str) -> bool:
    """Say whether the label alone, seen once, would be taken for a speaker."""
    if names_a_role(label):
        return True
    if reads_like_speech(label):
        return False
    first = label.lstrip("(*#@")[:1]
    # Scripts without case (Hebrew, Arabic, Han) can only be judged by length.
    caseless = first.lower() == first.upper() and first.isalpha()
    return first.isupper() or (caseless and len(label) <= 12) or (len(label) <= 3 and label.isalnum())
