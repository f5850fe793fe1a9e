"""The zip that people take away: complete, safe to unpack, and the same bytes for the same content."""

import io
import zipfile
from collections.abc import Iterator

import pytest

from coding.formats.bundle import write_zip


def pieces() -> Iterator[str | bytes]:
    yield "a,b\n"
    yield "ä,1\n".encode()


def packed(**files: str) -> bytes:
    stream = io.BytesIO()
    write_zip(files, stream)
    return stream.getvalue()


def test_every_file_comes_out_as_it_went_in() -> None:
    stream = io.BytesIO()

    write_zip({"codings.csv": pieces(), "more/read.md": b"text", "whole.txt": "whole"}, stream)

    with zipfile.ZipFile(stream) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["codings.csv", "more/read.md", "whole.txt"]
        assert archive.read("codings.csv").decode() == "a,b\nä,1\n"
        assert archive.read("whole.txt") == b"whole"


def test_the_same_content_gives_the_same_bytes_in_any_order_at_any_time(monkeypatch: pytest.MonkeyPatch) -> None:
    first = packed(a="1", b="2")
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)

    second = packed(b="2", a="1")

    assert first == second


def test_other_content_gives_other_bytes() -> None:
    assert packed(a="1") != packed(a="2")


def test_a_stream_that_cannot_go_back_will_do() -> None:
    class OneWay(io.RawIOBase):
        def __init__(self) -> None:
            self.data = b""

        def writable(self) -> bool:
            return True

        def write(self, data: bytes) -> int:
            self.data += bytes(data)
            return len(data)

    stream = OneWay()

    write_zip({"a.csv": pieces()}, stream)

    with zipfile.ZipFile(io.BytesIO(stream.data)) as archive:
        assert archive.read("a.csv").startswith(b"a,b")


@pytest.mark.parametrize("name", ["", "/a", "../a", "a/../../b", "a//b", "c:a", "a\\b", "."])
def test_a_name_that_leads_out_of_the_folder_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="inside the bundle"):
        write_zip({name: b""}, io.BytesIO())
