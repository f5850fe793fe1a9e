"""Static files under hashed names, and the modules that find each other under them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.template.loader import render_to_string

from workbench.static_files import without_remarks

IMPORT = re.compile(r"""(?:from|import)\s*["']([./][^"']+)["']""")
OTHERS = ["drf_spectacular_sidecar", "rest_framework", "django_htmx", "account", "mfa"]


@pytest.fixture
def collected(settings: Any, tmp_path: Path) -> Path:
    """Our own static files as they are served in production."""
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "workbench.static_files.HashedModules"},
    }
    call_command("collectstatic", verbosity=0, interactive=False, ignore_patterns=OTHERS)
    return tmp_path / "workbench"


def test_modules_import_each_other_under_names_that_exist(collected: Path) -> None:
    modules = [path for path in collected.rglob("*.js") if "vendor" not in path.parts]

    imported = [(path, name) for path in modules for name in IMPORT.findall(path.read_text())]

    assert imported
    for path, name in imported:
        assert (path.parent / name).exists() or (collected.parent / name.removeprefix("/static/")).exists(), name
        assert re.search(r"\.[0-9a-f]{12}\.js$", name), f"{path.name} imports {name} under its plain name"


def test_every_style_sheet_that_all_pages_link_is_there(collected: Path) -> None:
    links = re.findall(r'href="/static/([^"]+)"', render_to_string("_parts/styles.html"))

    assert len(links) > 10
    assert all((collected.parent / link).exists() for link in links)


def test_no_component_names_a_colour_of_its_own(collected: Path) -> None:
    """Colours are written down in the tokens alone; white behind a QR code is for the camera."""
    colour = re.compile(r"#[0-9a-f]{3,8}\b|\brgba?\(|\bhsl", re.I)
    allowed = {"entry-form": {"#fff"}, "palette": {"#0002", "#000", "#0000"}}

    components = list((collected / "components").glob("*.css"))
    assert components
    for path in components:
        name = path.name.split(".")[0]
        assert set(colour.findall(path.read_text())) <= allowed.get(name, set()), path.name


def test_remarks_stay_behind_and_nothing_else_does(collected: Path) -> None:
    sources = Path(settings.BASE_DIR) / "workbench" / "static" / "workbench"
    plain = sorted((sources / "desk").glob("*.js"))
    hashed = {path.name.split(".")[0]: path for path in (collected / "desk").glob("*.*.js")}

    assert plain
    for path in plain:
        written = hashed[path.stem].read_text()
        code = [line for line in path.read_text().splitlines() if not re.match(r"\s*(//|/\*\*|\*)", line)]
        assert not re.search(r"^\s*(//|/\*)", written, re.MULTILINE)
        assert [IMPORT.sub("", line) for line in written.splitlines()] == [IMPORT.sub("", line) for line in code]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("// one\nlet a = 1; // kept\n", "let a = 1; // kept\n"),
        ("/** A\n * B\n */\nlet a;\n", "let a;\n"),
        ("  /* one line */\n  a { b: c; } /* kept */\n", "  a { b: c; } /* kept */\n"),
        ("let a = `http://x\n`;\n", "let a = `http://x\n`;\n"),
    ],
)
def test_only_remarks_on_lines_of_their_own_are_left_out(text: str, left: str) -> None:
    assert without_remarks(text) == left
