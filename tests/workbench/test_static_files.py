"""Static files under hashed names, and the modules that find each other under them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.template.loader import render_to_string

from workbench.static_files import squeezed

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


def test_script_and_style_of_the_desk_stay_small_and_come_from_here(collected: Path) -> None:
    """Its own files; those that every page shares come on top, once for all pages."""
    own, shared = (render_to_string(name) for name in ("coding/_parts/desk_head.html", "_parts/styles.html"))
    links = re.findall(r'(?:href|src)="([^"]+)"', own + shared)
    files = {collected.parent / link.removeprefix("/static/") for link in re.findall(r'(?:href|src)="([^"]+)"', own)}

    assert all(link.startswith("/static/workbench/") for link in links)
    assert sum(path.stat().st_size for path in files) < 120 * 1024


def test_what_is_served_lacks_comments_and_indents_and_nothing_else() -> None:
    script = """// What this is.
/** One
 *  and more. */
export class A {
  /* two words */ here() {
    return "http://x/*"; // stays
  }
}
"""

    assert squeezed(script) == ('export class A {\n/* two words */ here() {\nreturn "http://x/*"; // stays\n}\n}\n')


def test_no_template_literal_spans_lines(settings: Any) -> None:
    """Its indents would be part of what it says."""
    scripts = [path for path in (settings.BASE_DIR / "workbench/static").rglob("*.js") if "vendor" not in path.parts]

    assert len(scripts) > 20
    assert [path.name for path in scripts for line in path.read_text().splitlines() if line.count("`") % 2] == []


def test_no_component_names_a_colour_of_its_own(collected: Path) -> None:
    """Colours are written down in the tokens alone; white behind a QR code is for the camera."""
    colour = re.compile(r"#[0-9a-f]{3,8}\b|\brgba?\(|\bhsl", re.I)
    allowed = {"entry-form": {"#fff"}, "palette": {"#0002", "#000", "#0000"}}

    components = list((collected / "components").glob("*.css"))
    assert components
    for path in components:
        name = path.name.split(".")[0]
        assert set(colour.findall(path.read_text())) <= allowed.get(name, set()), path.name
