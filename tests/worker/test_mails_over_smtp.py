"""Mails leave by SMTP once, and what the server says decides whether they are tried again."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from ivr.call.outgoing import NotSentError, OutcomeUnknownError
from ivr.worker.mailing import MailFolder, SmtpServer

Answers = Callable[[str], str | None]
"""What a server answers to a command; None: as one that takes everything."""


@dataclass
class Served:
    """A server of mail on this machine: where it is, and what it took."""

    port: int
    took: list[str] = field(default_factory=list)


@contextmanager
def smtp(answers: Answers = lambda _: None) -> Iterator[Served]:
    """Serve mail; ``answers`` may give another answer to a command, an empty one hangs up."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 ready\r\n")
            for line in self.rfile:
                command = line.decode().strip()
                answer = answers(command.upper())
                if answer is None:
                    answer = {"DATA": "354 go on", "QUIT": "221 bye"}.get(command.upper()[:4], "250 fine")
                if not answer:
                    return
                self.wfile.write(f"{answer}\r\n".encode())
                if answer.startswith("354"):
                    self._data()
                if answer.startswith("221"):
                    return

        def _data(self) -> None:
            text = ""
            for line in self.rfile:
                if line == b".\r\n":
                    break
                text += line.decode()
            answer = answers("END OF DATA")
            if answer != "":
                served.took.append(text)
                self.wfile.write(f"{answer or '250 taken'}\r\n".encode())
            else:
                self.connection.close()

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            """Nothing: a test's client may hang up as it likes."""

    with Server(("127.0.0.1", 0), Handler) as server:
        served = Served(server.server_address[1])
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield served
        server.shutdown()


def _mail() -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Message-ID"] = "portal@example.com", "ana@padaria.example", "<ML1@example.com>"
    mail["Subject"] = "Seu código"
    mail.set_content("Olá, Ana: K7QXW-2M4HD\n")
    return mail


def test_a_mail_is_taken_by_the_server() -> None:
    with smtp() as served:
        SmtpServer(f"smtp://127.0.0.1:{served.port}").send(_mail())
    (taken,) = served.took
    assert "Message-ID: <ML1@example.com>" in taken


@pytest.mark.parametrize(
    ("command", "answer", "for_good"),
    [
        ("RCPT", "550 no such person", True),
        ("RCPT", "450 later", False),
        ("MAIL", "451 later", False),
        ("END OF DATA", "554 spam", True),
        ("END OF DATA", "452 full", False),
    ],
)
def test_what_the_server_refuses_was_not_sent(command: str, answer: str, for_good: bool) -> None:
    refusing = smtp(lambda said: answer if said.startswith(command) else None)
    with refusing as served, pytest.raises(NotSentError) as raised:
        SmtpServer(f"smtp://127.0.0.1:{served.port}").send(_mail())
    assert raised.value.for_good is for_good
    assert "ana@padaria.example" not in str(raised.value)


def test_a_lost_answer_leaves_the_outcome_unknown() -> None:
    with smtp(lambda said: "" if said == "END OF DATA" else None) as served, pytest.raises(OutcomeUnknownError):
        SmtpServer(f"smtp://127.0.0.1:{served.port}").send(_mail())


def test_a_server_that_is_away_is_told_without_its_password() -> None:
    with smtp() as served:
        pass
    with pytest.raises(NotSentError) as raised:
        SmtpServer(f"smtp://ana:s3cret@127.0.0.1:{served.port}").send(_mail())
    assert not raised.value.for_good
    assert "s3cret" not in str(raised.value)
    assert "s3cret" not in repr(SmtpServer("smtp://ana:s3cret@127.0.0.1:25"))


def test_a_folder_keeps_mails_for_its_owners_eyes_only(tmp_path: Path) -> None:
    folder = MailFolder(tmp_path / "mail")
    folder.send(_mail())
    folder.send(_mail())  # the same one again: one file
    (file,) = (tmp_path / "mail").iterdir()
    assert (file.name, file.stat().st_mode & 0o777) == ("ML1.eml", 0o600)
    assert (tmp_path / "mail").stat().st_mode & 0o777 == 0o700


def test_a_folder_forgets_the_mails_of_who_is_erased(tmp_path: Path) -> None:
    folder = MailFolder(tmp_path / "mail")
    folder.forget(["ana@padaria.example"])  # no folder yet
    folder.send(_mail())
    other = _mail()
    del other["To"], other["Message-ID"]
    other["To"], other["Message-ID"] = "bia@padaria.example", "<ML2@example.com>"
    folder.send(other)
    folder.forget(["Ana@padaria.example"])
    assert [file.name for file in (tmp_path / "mail").iterdir()] == ["ML2.eml"]


def test_a_folder_that_cannot_be_written_to_is_told(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("a file")
    with pytest.raises(NotSentError, match="cannot be written to"):
        MailFolder(tmp_path / "mail").send(_mail())
