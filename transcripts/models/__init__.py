"""The material and who may see it."""

from transcripts.models.study import Invitation, Membership, SpeakerRole, Study
from transcripts.models.transcript import Revision, Segment, SessionAttribute, ShownAttribute, Speaker, Transcript
from transcripts.models.upload import Upload

__all__ = [
    "Invitation",
    "Membership",
    "Revision",
    "Segment",
    "SessionAttribute",
    "ShownAttribute",
    "Speaker",
    "SpeakerRole",
    "Study",
    "Transcript",
    "Upload",
]
