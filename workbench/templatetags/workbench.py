"""Template tags that every page has."""

from django import template

from workbench.accounts.models import User

register = template.Library()


@register.filter
def initials(person: User) -> str:
    """Give one or two letters for a person: of the first and last name, else of the address."""
    words = person.name.split() or [person.email]
    return "".join(word[0] for word in (words if len(words) == 1 else (words[0], words[-1]))).upper()
