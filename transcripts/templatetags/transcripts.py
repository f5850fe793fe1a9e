"""Template filters for what transcripts hold."""

from django import template

register = template.Library()


@register.filter
def clock(milliseconds: int | None) -> str:
    """Write a time in the session as `m:ss` or `h:mm:ss`, nothing where there is none."""
    if milliseconds is None:
        return ""
    minutes, seconds = divmod(milliseconds // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"
