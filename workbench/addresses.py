"""The address that people type, where no request says it."""

from django.conf import settings

from workbench import env


def address_of(path: str) -> str:
    """Give the whole address of a page: under WORKBENCH_URL, else on this machine."""
    return (settings.PUBLIC_URL or f"http://127.0.0.1:{env.port()}").rstrip("/") + path
