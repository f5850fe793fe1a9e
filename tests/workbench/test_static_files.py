"""Static files under hashed names, and the modules that find each other under them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from coding.views.palette_markup import head_markup, styles_markup
from tests.factories import StudyWorld
from workbench.static_files import squeezed, squeezed_style

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


def loaded(page: str, collected: Path) -> set[Path]:
    """Every script and style that a page loads, with what its modules import."""
    found: set[Path] = set()
    waiting = [collected.parent / link for link in re.findall(r'(?:href|src)="/static/([^"]+\.(?:js|css))"', page)]
    while waiting:
        path = waiting.pop().resolve()
        if path not in found:
            found.add(path)
            waiting += [path.parent / name for name in IMPORT.findall(path.read_text()) if path.suffix == ".js"]
    return found


@pytest.fixture
def written_anew(collected: Path) -> Iterator[None]:
    """Have the desk write its links for these files, and again for those that come after, whatever happens between."""
    kept = (head_markup, styles_markup)
    for one in kept:
        one.cache_clear()
    yield
    for one in kept:
        one.cache_clear()


def test_everything_that_the_desk_loads_stays_small_and_comes_from_here(
    collected: Path, written_anew: None, world: StudyWorld, client: Client
) -> None:
    """Uncompressed, shared styles and scripts included; of what others wrote there is htmx alone."""
    assert world.rater.user is not None
    client.force_login(world.rater.user)

    page = client.get(reverse("desk", args=[world.assignment(world.round()).pk])).content.decode()
    files = loaded(page, collected)
    others = {path for path in files if "vendor" in path.parts}

    assert not re.findall(r'<(?:script|link)[^>]+(?:href|src)="(?!/static/workbench/)', page)
    assert [path.name.split("-")[0] for path in others] == ["htmx"]
    assert len(files) > 40
    assert sum(path.stat().st_size for path in files - others) < 120_000


def test_the_desk_uses_nothing_of_the_styles_that_it_leaves_out(settings: Any) -> None:
    folder, selector = settings.BASE_DIR / "workbench/static/workbench", re.compile(r"^  \.([a-z][\w-]*)", re.MULTILINE)
    every, lean = (
        set(re.findall(r"components/([\w-]+)\.css", render_to_string("_parts/styles.html", {"lean": lean})))
        for lean in (False, True)
    )
    styled = {name: set(selector.findall((folder / f"components/{name}.css").read_text())) for name in every}
    gone = set().union(*(styled[name] for name in every - lean)) - set().union(*(styled[name] for name in lean))
    templates = [settings.BASE_DIR / "coding/templates/coding" / name for name in ("desk.html", "_parts/own_note.html")]
    templates += [settings.BASE_DIR / f"coding/templates/coding/_parts/{name}.html" for name in ("palette", "reading")]
    templates += [settings.BASE_DIR / f"workbench/templates/_parts/{name}.html" for name in ("person", "messages")]
    written = " ".join(path.read_text() for path in [*templates, settings.BASE_DIR / "workbench/templates/base.html"])
    written += "".join(path.read_text() for path in (settings.BASE_DIR / "coding/views").glob("*_markup.py"))
    classes = {word for said in re.findall(r'class="([^"]*)"', written) for word in said.split()}
    scripts = " ".join(path.read_text() for path in (folder / "desk").glob("*.js"))
    classes |= {word for said in re.findall(r'class(?:Name|List)[^"]*"([^"]*)"', scripts) for word in said.split()}

    assert every - lean == {"entry-form", "facts", "table"}
    assert len(classes) > 50
    assert not classes & gone


def test_what_is_served_lacks_comments_and_spaces_and_nothing_else() -> None:
    script = """// What this is.
/** One
 *  and more. */
export class A {
  /* two words */ here() {
    const { a, b } = this;
    return "http://x/*  { a }"; // stays
  }
  static #x = 1

  there = (a) => a > 1 && - -a
}
"""

    assert squeezed(script) == (
        "export class A{/* two words */ here() {\nconst{a,b}=this;"
        'return "http://x/*  { a }"; // stays\n}\nstatic #x=1\nthere=(a)=>a>1&&- -a\n}\n'
    )


def test_a_style_keeps_every_space_that_means_something() -> None:
    style = """/* Don't. */
@media (max-width: 48rem) and (min-width: 1px) {
  .a .b, .a > .c :where(td, th):not([title="a;  b: c"]) {
    inline-size: calc(100% - var(--s2));  /* it's { */
    &::before { content: "/* {  } */"; background: url(data:image/svg+xml;a, b) }
    & + p { margin: 0 auto; --empty: ; }
  }
}
"""

    assert squeezed_style(style) == (
        "@media (max-width:48rem) and (min-width:1px){"
        '.a .b,.a > .c :where(td,th):not([title="a;  b: c"]){inline-size:calc(100% - var(--s2));'
        '&::before{content:"/* {  } */";background:url(data:image/svg+xml;a, b)}& + p{margin:0 auto;--empty:}}}'
    )


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
