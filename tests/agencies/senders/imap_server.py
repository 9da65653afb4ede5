"""A mailbox over IMAP, as far as reading bounces needs one (RFC 3501)."""

import asyncio
import re
from contextlib import suppress
from typing import Self

PASSWORD = "mat khau"
ALL = re.compile(rb"^(\S+) (?:UID )?(\S+) ?(.*)$")


class ImapServer:
    def __init__(self, *mails: bytes, password: str = PASSWORD) -> None:
        self.mails = list(mails)
        self.password = password
        self.flags: dict[int, set[str]] = {number: set() for number in range(len(mails))}
        self.fetched: list[int] = []
        self.port = 0

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._talk, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        await self._server.wait_closed()

    def add(self, mail: bytes) -> None:
        self.flags[len(self.mails)] = set()
        self.mails.append(mail)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"* OK ready\r\n")
        with suppress(ConnectionError):
            while line := await reader.readline():
                found = ALL.match(line.strip())
                assert found
                tag, verb, rest = found.groups()
                writer.write(self._answer(verb.upper(), rest.decode()))
                refused = verb.upper() == b"LOGIN" and self.password not in rest.decode()
                writer.write(tag + (b" NO wrong" if refused else b" OK done") + b"\r\n")
                await writer.drain()
                if verb.upper() == b"LOGOUT":
                    break
        writer.close()

    def _answer(self, verb: bytes, rest: str) -> bytes:
        if verb == b"CAPABILITY":
            return b"* CAPABILITY IMAP4rev1\r\n"
        if verb == b"SELECT":
            return f"* {len(self.mails)} EXISTS\r\n".encode()
        if verb == b"SEARCH":
            unseen = (str(n + 1) for n, flags in self.flags.items() if "\\Seen" not in flags)
            return f"* SEARCH {' '.join(unseen)}\r\n".encode()
        if verb == b"FETCH":
            return self._fetch(*rest.split(" ", 1))
        if verb == b"STORE":
            number, _, flags = rest.split(" ", 2)
            self.flags[int(number) - 1] |= set(flags.strip("()").split())
        return b""

    def _fetch(self, number: str, what: str) -> bytes:
        mail = self.mails[int(number) - 1]
        if "SIZE" in what:
            return f"* {number} FETCH (UID {number} RFC822.SIZE {len(mail)})\r\n".encode()
        self.fetched.append(int(number) - 1)
        head = f"* {number} FETCH (UID {number} BODY[] {{{len(mail)}}}\r\n".encode()
        return head + mail + b")\r\n"
