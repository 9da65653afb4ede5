"""Files of citizens: told by their bytes, kept under harmless names, sent as something to save."""

import zipfile
from io import BytesIO

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine

from agencies.attachments import Looked, Refusal, clean_name, look
from agencies.cases.tables import attachment
from agencies.database import writing
from agencies.staff.model import Role
from tests.agencies.console.conftest import PNG, MakeCase, audited, picture
from tests.agencies.staffed import browser

MOST = 1000
PROGRAM = b"MZ\x90\x00" + bytes(60)
PAGE = b"<!doctype html><script>alert(1)</script>"
DRAWING = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"
ELF = b"\x7fELF" + bytes(60)
SHELL = b"#!/bin/sh\nrm -rf /\n"


def archive(*names: str) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for name in names:
            file.writestr(name, "x")
    return buffer.getvalue()


DOCUMENT = archive("[Content_Types].xml", "word/document.xml")
WITH_MACROS = archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin")


@pytest.mark.parametrize("content", [PROGRAM, ELF, SHELL, PAGE, DRAWING, archive("a.exe")])
@pytest.mark.parametrize("name", ["don.pdf", "anh.jpg", "hop-dong.docx"])
def test_a_renamed_program_is_refused_whatever_it_is_called(name: str, content: bytes) -> None:
    assert look(name, content, most_bytes=MOST) is Refusal.KIND


def test_refuses_macros_broken_archives_nothing_and_too_much() -> None:
    assert look("a.docx", WITH_MACROS, most_bytes=MOST) is Refusal.KIND
    assert look("a.docx", DOCUMENT[:60], most_bytes=MOST) is Refusal.KIND
    assert look("a.pdf", b"", most_bytes=MOST) is Refusal.EMPTY
    assert look("a.png", PNG + bytes(MOST), most_bytes=MOST) is Refusal.TOO_LARGE


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"%PDF-1.7 ...", "application/pdf"),
        (b"\xff\xd8\xff\xe0 ...", "image/jpeg"),
        (PNG, "image/png"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"\x00\x00\x00\x18ftypheic", "image/heic"),
        (DOCUMENT, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ],
)
def test_takes_what_a_citizen_needs_and_names_it_by_its_bytes(
    content: bytes, media_type: str
) -> None:
    looked = look("tep.exe", content, most_bytes=MOST)

    assert isinstance(looked, Looked)
    assert looked.media_type == media_type
    assert not looked.name.endswith(".exe")


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../../etc/passwd", "passwd"),
        ("..\\..\\windows\\system32\\a.dll", "a.dll"),
        ("/etc/cron.d/x", "x"),
        ("don\x00.pdf", "don.pdf"),
        ("a\r\nSet-Cookie: x=1.pdf", "a Set-Cookie_ x=1.pdf"),
        ('"><script>.pdf', "script_.pdf"),
        ("\u202efdp.exe", "fdp.exe"),
        ("...", "tep"),
        ("", "tep"),
        (".bashrc", "bashrc"),
        ("Đơn khiếu nại (1).pdf", "Đơn khiếu nại (1).pdf"),
    ],
)
def test_a_path_in_a_name_leads_nowhere(name: str, kept: str) -> None:
    assert clean_name(name) == kept


def test_a_long_name_is_cut_and_keeps_its_ending() -> None:
    name = clean_name("a" * 500 + ".pdf", ("pdf",))

    assert len(name) <= 120
    assert name.endswith(".pdf")


async def test_is_sent_to_be_saved_and_nothing_else(
    app: FastAPI, make_case: MakeCase, engine: AsyncEngine
) -> None:
    case = await make_case(attachments=(picture("ảnh hồ sơ.png"),))

    async with browser(app, Role.CLERK, "so-tu-phap") as clerk:
        file = await clerk.get(f"/console/cases/{case.code}/files/1")

    assert file.content == PNG
    assert file.headers["content-type"] == "image/png"
    disposition = file.headers["content-disposition"]
    assert disposition == "attachment; filename*=UTF-8''%E1%BA%A3nh%20h%E1%BB%93%20s%C6%A1.png"
    assert file.headers["x-content-type-options"] == "nosniff"
    assert file.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert file.headers["cache-control"] == "no-store"
    assert ("file.read", case.code) in await audited(engine)


async def test_what_the_database_says_of_a_file_is_not_believed(
    app: FastAPI, make_case: MakeCase, engine: AsyncEngine
) -> None:
    case = await make_case(attachments=(picture(),))
    evil = {"name": '../x"\r\nX-Evil: 1.html', "media_type": "text/html", "content": PAGE}
    async with writing(engine).begin() as connection:
        await connection.execute(sa.update(attachment).values(evil))

    async with browser(app, Role.CLERK, "so-tu-phap") as clerk:
        file = await clerk.get(f"/console/cases/{case.code}/files/1")

    assert file.headers["content-type"] == "application/octet-stream"
    assert file.headers["content-disposition"].startswith("attachment;")
    assert "x-evil" not in file.headers
    assert "/" not in file.headers["content-disposition"].partition("''")[2]
