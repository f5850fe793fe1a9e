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
from coding.models.analysis_role import AnalysisRole
from coding.models.assigned import AssignedSegment
from coding.models.assignment import Act, Assignment, Round
from coding.models.change import ChangeNote, ChangeSuccessor
from coding.models.codebook import Attribute, AttributeValue, Code, Codebook, CodebookVersion, CodeRole, Family
from coding.models.design import DesignChange, RoundDesign
from coding.models.discussion import Comment, Discussion
from coding.models.example import SegmentExample
from coding.models.export import ExportFile
from coding.models.judgement import Coding, CodingAttribute, CodingLink, Evidence, Judgement
from coding.models.meeting import CodebookProposal, MeetingEntry
from coding.models.memo import Memo
from coding.models.note import ReflexiveNote
from coding.models.retirement import VersionRetirement
from coding.models.run import ReliabilityPlan, ReliabilityRun, RunTranscript
from coding.models.training import Clearance, CriterionCode, Gold, RoundGate, TrainingCriterion

__all__ = [
    "Act",
    "AdjudicatedAttribute",
    "AdjudicatedCoding",
    "AdjudicatedEvidence",
    "Adjudication",
    "AdjudicationOpening",
    "Adjudicator",
    "AnalysisRole",
    "AssignedSegment",
    "Assignment",
    "Attribute",
    "AttributeValue",
    "ChangeNote",
    "ChangeSuccessor",
    "Clearance",
    "Code",
    "CodeRole",
    "Codebook",
    "CodebookProposal",
    "CodebookVersion",
    "Coding",
    "CodingAttribute",
    "CodingLink",
    "Comment",
    "CriterionCode",
    "DesignChange",
    "Discussion",
    "Evidence",
    "ExportFile",
    "Family",
    "Gold",
    "Judgement",
    "MeetingEntry",
    "Memo",
    "NamesShown",
    "ReflexiveNote",
    "ReliabilityPlan",
    "ReliabilityRun",
    "Round",
    "RoundDesign",
    "RoundGate",
    "RunTranscript",
    "SegmentExample",
    "TrainingCriterion",
    "VersionRetirement",
]
