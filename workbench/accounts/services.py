"""Accounts, and the one-time links with which people get into them."""

from __future__ import annotations

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils import timezone

from workbench.accounts.models import AccountLink, User, digest, new_secret
from workbench.accounts.refusals import Refusal

START_LASTS = timedelta(days=7)
PASSWORD_LASTS = timedelta(hours=24)
Purpose = AccountLink.Purpose


class EmailTaken(Refusal):
    code = "email_taken"


class LinkSpent(Refusal):
    """The link cannot be followed; the answer is the same whether it is unknown, used or too old."""

    code = "link_spent"

    def __init__(self) -> None:
        super().__init__(
            "This link no longer opens anything: it was used, has run out, or was cut short. "
            "Ask whoever sent it for a new one."
        )


@transaction.atomic
def create_account(*, email: str, name: str, password: str | None, may_create_studies: bool = False) -> User:
    """Make an account, or raise EmailTaken."""
    try:
        with transaction.atomic():
            return User.objects.create_user(email, password, name=name.strip(), may_create_studies=may_create_studies)
    except IntegrityError as error:
        raise _taken(email) from error


def _taken(email: str) -> EmailTaken:
    return EmailTaken(f"There is already an account with the address {email}.")


def make_start_link(*, email: str, name: str = "") -> str:
    """Make a link that opens an account which may create studies, and return its key."""
    if User.objects.filter(email__iexact=email).exists():
        raise _taken(email)
    key = new_secret()
    AccountLink.objects.create(
        purpose=Purpose.START,
        for_email=email,
        for_name=name,
        key_hash=digest(key),
        expires_at=timezone.now() + START_LASTS,
    )
    return key


@transaction.atomic
def make_password_link(*, user: User, made_by: User | None) -> str:
    """
    Make a link with which the person sets a new password, and return its key; earlier ones stop working.

    Whether somebody may make one for somebody else, the caller decides.
    """
    AccountLink.objects.open().filter(user=user, purpose=Purpose.PASSWORD).update(expires_at=Now())
    key = new_secret()
    AccountLink.objects.create(
        purpose=Purpose.PASSWORD,
        user=user,
        made_by=made_by,
        key_hash=digest(key),
        expires_at=timezone.now() + PASSWORD_LASTS,
    )
    return key


def open_link(key: str, purpose: Purpose) -> AccountLink:
    """Find a link that can still be followed, or raise LinkSpent."""
    link = AccountLink.objects.open().select_related("user").filter(key_hash=digest(key), purpose=purpose).first()
    if link is None or (link.user is not None and not link.user.is_active):
        raise LinkSpent
    return link


def _use_up(link: AccountLink) -> None:
    """Follow the link; of two requests at once the second finds it used."""
    if not AccountLink.objects.open().filter(pk=link.pk).update(used_at=Now()):
        raise LinkSpent


@transaction.atomic
def follow_start_link(*, key: str, name: str, password: str) -> User:
    """Make the account of a first coordinator, once; raises LinkSpent or EmailTaken."""
    link = open_link(key, Purpose.START)
    _use_up(link)
    return create_account(email=link.for_email, name=name, password=password, may_create_studies=True)


@transaction.atomic
def follow_password_link(*, key: str, password: str) -> User:
    """Set a new password, once, which ends every session and every token of the person; raises LinkSpent."""
    link = open_link(key, Purpose.PASSWORD)
    _use_up(link)
    user = User.objects.select_for_update().get(account_links=link)
    user.set_password(password)
    user.save(update_fields=["password"])
    # Whoever needs a new password may have lost the old one to somebody, who made a token with it.
    user.api_tokens.filter(revoked_at=None).update(revoked_at=Now())
    return user


def rename(*, user: User, name: str) -> None:
    """Change the name by which a person is shown."""
    user.name = name.strip()
    user.save(update_fields=["name"])
