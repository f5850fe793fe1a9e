"""The material and who may see it."""

from transcripts.models.study import Invitation, Membership, SpeakerRole, Study
from transcripts.models.transcript import Revision, Segment, SessionAttribute, Speaker, Transcript
from transcripts.models.upload import Upload

__all__ = [
    "Invitation",
    "Membership",
    "Revision",
    "Segment",
    "SessionAttribute",
    "Speaker",
    "SpeakerRole",
    "Study",
    "Transcript",
    "Upload",
]
