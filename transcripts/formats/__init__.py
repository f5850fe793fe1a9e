"""Read transcripts in many layouts: bytes in, frozen drafts out."""
