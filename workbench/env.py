"""Read the environment: the only module that does."""

import contextlib
import os
import secrets
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

_YES = frozenset({"1", "true", "yes", "on"})
_NO = frozenset({"0", "false", "no", "off"})


class ConfigError(Exception):
    """A setting that cannot be used; the message is the sentence that the operator reads."""


def text(name: str, default: str = "") -> str:
    """Return one setting, the default where it is unset or empty."""
    return os.environ.get(name, "").strip() or default


def words(name: str, default: str = "") -> list[str]:
    """Return a setting that lists words, parted by commas or spaces."""
    return text(name, default).replace(",", " ").split()


def flag(name: str, default: bool = False) -> bool:
    """Return a setting that is on or off."""
    value = text(name).lower()
    if not value:
        return default
    if value not in _YES | _NO:
        raise ConfigError(f"{name} is “{value}”; it must be 1 (on) or 0 (off).")
    return value in _YES


def number(name: str, default: int, *, low: int, high: int) -> int:
    """Return a setting that is a whole number between low and high."""
    value = text(name, str(default))
    if not (value.isascii() and value.isdigit() and len(value) < 10 and low <= int(value) <= high):
        raise ConfigError(f"{name} is “{value}”; it must be a whole number from {low} to {high}.")
    return int(value)


def port() -> int:
    """Return the port that the web server listens on."""
    return number("WORKBENCH_PORT", 8000, low=1, high=65535)


def database_url() -> str | None:
    """Return the address of a real PostgreSQL server, None where the embedded one is used."""
    return text("DATABASE_URL") or None


def data_dir() -> Path:
    """Return the folder that holds the embedded database, the uploads and the secret key; it may not exist yet."""
    return Path(text("WORKBENCH_DATA", str(ROOT / "data"))).expanduser().absolute()


def make_data_dir() -> Path:
    """Return the data folder, made where it was missing, closed to others."""
    folder = data_dir()
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    try:
        for path in reversed(missing):
            # Root lets its unprivileged database account pass through, and only that: others cannot list it.
            with contextlib.suppress(FileExistsError):
                path.mkdir()
                path.chmod(0o711 if os.geteuid() == 0 else 0o700)
        if not folder.is_dir():
            raise NotADirectoryError
    except OSError as error:
        raise ConfigError(f"The data folder {folder} cannot be made: {error.strerror or 'it is a file'}.") from error
    return folder


def secret_key() -> str:
    """Return the key that signs sessions and links: the one given, or one made once and kept in the data folder."""
    if given := text("WORKBENCH_SECRET_KEY"):
        return given
    path = data_dir() / "secret_key"
    try:
        if not path.exists():
            _keep_new_key(path)
        key = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"The secret key in {path} cannot be read or made: {error}.") from error
    if len(key) < 50:
        raise ConfigError(f"The secret key in {path} is cut short. Remove the file; a new one signs everybody out.")
    return key


def _keep_new_key(path: Path) -> None:
    make_data_dir()
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".secret_key-")  # made with mode 0600
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(64) + "\n")
            file.flush()
            os.fsync(file.fileno())
        # A link never replaces: of two processes that start at once, the first one's key stays.
        with contextlib.suppress(FileExistsError):
            os.link(name, path)
    finally:
        os.unlink(name)
