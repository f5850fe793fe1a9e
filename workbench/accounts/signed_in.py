"""Who is asking: the session and its person, read for every request by statements that the database plans once."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.sessions.backends import db
from django.db import connection

from workbench.accounts.models import User
from workbench.planned import planned_row

SESSION = "SELECT session_data, expire_date FROM django_session WHERE session_key = %s AND expire_date > now()"
PERSON_FIELDS = [field.attname for field in User._meta.concrete_fields]
PERSON = f"SELECT {', '.join(PERSON_FIELDS)} FROM {User._meta.db_table} WHERE id = %s"  # noqa: S608 - our own names


class SessionStore(db.SessionStore):
    """Django's sessions in the database, as they are; only read faster."""

    def _get_session_from_db(self) -> Any:
        key = self.session_key
        row = planned_row(SESSION, [key]) if key else None
        if key is None or row is None:
            self._session_key = None
            return None
        data, expires = row
        return self.model(session_key=key, session_data=data, expire_date=expires)


class SignIn(AuthenticationBackend):
    """Sign in by email address as allauth does, and find the person of a session again."""

    def get_user(self, user_id: int) -> User | None:
        """Give the person, unless the account was switched off."""
        row = planned_row(PERSON, [user_id])
        if row is None:
            return None
        user: User = User.from_db(connection.alias, PERSON_FIELDS, row)
        return user if self.user_can_authenticate(user) else None
