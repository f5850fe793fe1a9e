"""What a backup says no with."""

from workbench.accounts.refusals import Refusal


class BackupRefused(Refusal):
    """A backup cannot be made or restored as things are."""

    code = "backup_refused"
