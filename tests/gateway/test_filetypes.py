"""Files by their first bytes, and names that are only names."""

import pytest

from gateway.filetypes import clean_name, media_type_of

PDF, JPEG = b"%PDF-1.7\n", b"\xff\xd8\xff\xe0\x00\x10JFIF"


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (PDF, "application/pdf"),
        (JPEG, "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n...", "image/png"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"\x00\x00\x00\x18ftypheic", "image/heic"),
    ],
)
def test_tells_what_is_taken(content: bytes, media_type: str) -> None:
    assert media_type_of(content) == media_type


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"MZ\x90\x00",  # A program for Windows.
        b"\x7fELF\x02",
        b"#!/bin/sh\n",
        b"<svg xmlns='http://www.w3.org/2000/svg'>",
        b"<!doctype html>",
        b"PK\x03\x04",
        b"GIF89a",
        b"\x00\x00\x00\x18ftypmp42",
        b"junk%PDF-1.7",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",  # An old office document, with whatever macros.
    ],
)
def test_whatever_else_is_not_taken(content: bytes) -> None:
    assert media_type_of(content) == ""


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("ảnh chụp.JPG", "ảnh chụp.JPG"),
        ("../../../etc/passwd", "passwd.jpg"),
        ("..\\..\\Windows\\win.ini", "win.ini.jpg"),
        ("virus.exe", "virus.exe.jpg"),
        ("", "tep.jpg"),
        ("....", "tep.jpg"),
        ("/", "tep.jpg"),
        ("a\x00b\u202egpj.exe", "abgpj.exe.jpg"),
        ('x";rm -rf $HOME;".jpg', "x_rm -rf _HOME_.jpg"),
        ("<b>.jpg", "b_.jpg"),
        (".htaccess", "htaccess.jpg"),
    ],
)
def test_a_name_is_only_a_name(name: str, cleaned: str) -> None:
    assert clean_name(name, "image/jpeg") == cleaned


def test_a_name_is_not_endless() -> None:
    assert len(clean_name("a" * 5000 + ".jpg", "image/jpeg")) <= 100
