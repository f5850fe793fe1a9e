"""What people say about the material."""

from coding.models.adjudication import (
    AdjudicatedAttribute,
    AdjudicatedCoding,
    AdjudicatedEvidence,
    Adjudication,
    AdjudicationOpening,
    Adjudicator,
    NamesShown,
)
from coding.models.assignment import Act, Assignment, Round
from coding.models.codebook import Attribute, AttributeValue, Code, Codebook, CodebookVersion, CodeRole, Family
from coding.models.export import ExportFile
from coding.models.judgement import Coding, CodingAttribute, CodingLink, Evidence, Judgement
from coding.models.meeting import CodebookProposal, MeetingEntry
from coding.models.memo import Memo
from coding.models.note import ReflexiveNote
from coding.models.run import ReliabilityPlan, ReliabilityRun, RunTranscript

__all__ = [
    "Act",
    "AdjudicatedAttribute",
    "AdjudicatedCoding",
    "AdjudicatedEvidence",
    "Adjudication",
    "AdjudicationOpening",
    "Adjudicator",
    "Assignment",
    "Attribute",
    "AttributeValue",
    "Code",
    "CodeRole",
    "Codebook",
    "CodebookProposal",
    "CodebookVersion",
    "Coding",
    "CodingAttribute",
    "CodingLink",
    "Evidence",
    "ExportFile",
    "Family",
    "Judgement",
    "MeetingEntry",
    "Memo",
    "NamesShown",
    "ReflexiveNote",
    "ReliabilityPlan",
    "ReliabilityRun",
    "Round",
    "RunTranscript",
]
