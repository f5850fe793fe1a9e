"""The whole installation in one file, and back: `back_up(target)`, `restore(source)`."""

from workbench.backup.refusal import BackupRefused
from workbench.backup.work import back_up, restore

__all__ = ["BackupRefused", "back_up", "restore"]
