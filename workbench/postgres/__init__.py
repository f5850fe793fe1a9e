"""The database: an embedded PostgreSQL of our own, or the server that DATABASE_URL names."""

from typing import Any

from workbench import env

NAME = "workbench"


def database_settings() -> dict[str, Any]:
    """Return Django's DATABASES["default"]; `serve` adds a pool to the processes that answer requests."""
    settings = _named(url) if (url := env.database_url()) else _embedded()
    return {
        "ENGINE": "django.db.backends.postgresql",
        **settings,
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
    }


def ensure() -> None:
    """Start the embedded database, unless DATABASE_URL names a server, and hold it while this process lives."""
    if env.database_url() is None:
        from workbench.postgres import launcher

        launcher.hold(env.make_data_dir())


def watch() -> None:
    """Start the embedded database's keeper again where somebody killed it; for long-lived holders, once a second."""
    if env.database_url() is None:
        from workbench.postgres import launcher

        launcher.watch(env.data_dir())


def release() -> None:
    """Let go of the embedded database; it ends before this returns unless another process holds it."""
    if env.database_url() is None:
        from workbench.postgres import launcher

        launcher.release(env.data_dir())


def _embedded() -> dict[str, Any]:
    from workbench.postgres import home

    return {
        "NAME": NAME,
        "USER": home.SUPERUSER,
        "HOST": str(home.socket_folder(env.data_dir())),
        "PORT": home.PORT,
        "OPTIONS": {},
    }


def _named(url: str) -> dict[str, Any]:
    from psycopg import Error
    from psycopg.conninfo import conninfo_to_dict

    try:
        parts = conninfo_to_dict(url)
    except Error:  # its message may quote the password
        parts = {}
    if not url.startswith(("postgres://", "postgresql://")) or not parts.get("dbname"):
        raise env.ConfigError("DATABASE_URL must look like postgresql://user:password@host:5432/name.")
    return {
        "NAME": parts.pop("dbname"),
        "USER": str(parts.pop("user", "") or ""),
        "PASSWORD": str(parts.pop("password", "") or ""),
        "HOST": str(parts.pop("host", "") or ""),
        "PORT": str(parts.pop("port", "") or ""),
        "OPTIONS": dict(parts),
    }
