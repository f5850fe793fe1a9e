"""What people say about the material."""

from coding.models.analysis_role import AnalysisRole
from coding.models.assignment import Act, Assignment, Round
from coding.models.codebook import Attribute, AttributeValue, Code, Codebook, CodebookVersion, CodeRole, Family
from coding.models.export import ExportFile
from coding.models.judgement import Coding, CodingAttribute, CodingLink, Evidence, Judgement
from coding.models.note import ReflexiveNote
from coding.models.run import ReliabilityPlan, ReliabilityRun, RunTranscript

__all__ = [
    "Act",
    "AnalysisRole",
    "Assignment",
    "Attribute",
    "AttributeValue",
    "Code",
    "CodeRole",
    "Codebook",
    "CodebookVersion",
    "Coding",
    "CodingAttribute",
    "CodingLink",
    "Evidence",
    "ExportFile",
    "Family",
    "Judgement",
    "ReflexiveNote",
    "ReliabilityPlan",
    "ReliabilityRun",
    "Round",
    "RunTranscript",
]
