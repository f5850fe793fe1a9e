"""Settings from the environment: what is taken, what is refused, and the key that is made once."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from workbench import env, postgres


@pytest.mark.parametrize("value", ["", " ", "8001"])
def test_a_port_is_a_number_or_left_out(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("WORKBENCH_PORT", value)

    assert env.port() == (int(value) if value.strip() else 8000)


@pytest.mark.parametrize("value", ["0", "65536", "-1", "8000.5", "eighty", "٨٠٠٠", "9" * 5000])
def test_a_bad_port_is_refused_in_a_sentence_that_names_the_setting(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("WORKBENCH_PORT", value)

    with pytest.raises(env.ConfigError, match=r"WORKBENCH_PORT .* whole number from 1 to 65535"):
        env.port()


def test_a_flag_is_on_off_or_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKBENCH_DEBUG", "On")
    assert env.flag("WORKBENCH_DEBUG") is True

    monkeypatch.setenv("WORKBENCH_DEBUG", "0")
    assert env.flag("WORKBENCH_DEBUG", default=True) is False

    monkeypatch.setenv("WORKBENCH_DEBUG", "perhaps")
    with pytest.raises(env.ConfigError, match="WORKBENCH_DEBUG is “perhaps”"):
        env.flag("WORKBENCH_DEBUG")


def test_words_are_parted_by_commas_or_spaces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKBENCH_HOSTS", "one.example, two.example three.example")

    assert env.words("WORKBENCH_HOSTS") == ["one.example", "two.example", "three.example"]


def test_the_secret_key_is_made_once_and_for_its_owner_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("WORKBENCH_SECRET_KEY", raising=False)
    monkeypatch.setenv("WORKBENCH_DATA", str(tmp_path / "data"))

    first, second = env.secret_key(), env.secret_key()

    assert first == second
    assert len(first) >= 50
    assert stat.S_IMODE((tmp_path / "data/secret_key").stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["secret_key"]


def test_processes_that_start_at_once_get_the_same_secret_key(tmp_path: Path) -> None:
    script = "from workbench import env; print(env.secret_key())"
    environment = {"WORKBENCH_DATA": str(tmp_path / "data"), "PATH": "/usr/bin:/bin"}

    started = [
        subprocess.Popen([sys.executable, "-c", script], cwd=env.ROOT, env=environment, stdout=subprocess.PIPE)
        for _ in range(6)
    ]

    assert len({process.communicate()[0] for process in started}) == 1


def test_a_secret_key_that_was_cut_short_is_not_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("WORKBENCH_SECRET_KEY", raising=False)
    monkeypatch.setenv("WORKBENCH_DATA", str(tmp_path))
    (tmp_path / "secret_key").write_text("")

    with pytest.raises(env.ConfigError, match="cut short"):
        env.secret_key()


def test_a_data_folder_that_cannot_be_made_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("WORKBENCH_DATA", str(tmp_path / "file"))

    with pytest.raises(env.ConfigError, match="data folder"):
        env.make_data_dir()


def test_a_named_server_is_taken_apart_with_its_options(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://ann:p%40ss@db.example:5433/codes?sslmode=require")

    settings = postgres.database_settings()

    assert settings["HOST"] == "db.example"
    assert settings["PORT"] == "5433"
    assert settings["USER"] == "ann"
    assert settings["PASSWORD"] == "p@ss"
    assert settings["NAME"] == "codes"
    assert settings["OPTIONS"] == {"sslmode": "require"}


@pytest.mark.parametrize(
    "url", ["mysql://ann:secret@db/codes", "postgresql://db.example", "codes", "postgresql://ann:secret@db/codes?x=y"]
)
def test_a_bad_server_address_is_refused_without_quoting_the_password(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", url)

    with pytest.raises(env.ConfigError, match="DATABASE_URL must look like") as refusal:
        postgres.database_settings()

    assert "secret" not in str(refusal.value)
