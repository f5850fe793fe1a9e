"""`manage.py serve`."""

from typing import Any

from django.core.management.base import BaseCommand

from workbench import serving


class Command(BaseCommand):
    """Serve web and worker in the foreground, the embedded database included."""

    help = "Serve web and worker in the foreground, the embedded database included. Ctrl-C ends all of it."

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve until Ctrl-C."""
        serving.serve()
