"""The image of ``deploy/Containerfile``: what goes into it, and, at length, the line that answers in it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
import requests
from lxml import etree
from twilio.request_validator import RequestValidator

from tests.machines.conftest import AT_LENGTH
from tests.machines.programs import DEPLOY, await_that, free_port, program

ROOT = DEPLOY.parent
TOKEN = "0123456789abcdef0123456789abcdef"
PUBLIC = "https://line.example.com"
CERTIFICATES = "/etc/ssl/certs"
IMAGE, BASE = "localhost/ivr-4003-0015", "localhost/debian:bookworm"


def _written() -> str:
    return re.sub(r"\\\n\s*", "", (DEPLOY / "Containerfile").read_text(encoding="utf-8"))


def test_the_image_takes_what_the_wheel_holds_and_what_is_there() -> None:
    copied = [
        line.split()[1:-1] for line in _written().splitlines() if line.startswith("COPY ") and "--from" not in line
    ]
    sources = [source for each in copied for source in each]
    assert sources
    assert [source for source in sources if not (ROOT / source).exists()] == []
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert set(project["tool"]["hatch"]["build"]["targets"]["wheel"]["only-include"]) <= set(sources)
    assert not {source for source in sources if source.startswith((".git", ".venv", "tests", "var"))}


def test_the_image_runs_as_nobody_special_from_the_lock() -> None:
    last = _written().rpartition("\nFROM ")[2].splitlines()
    assert "USER ivr" in last
    assert not any(line.startswith("ENV") and re.search("TOKEN|SECRET|PASSWORD", line) for line in last)
    assert "RUN make .venv/.runs" in _written()
    assert "pip install" not in _written()


class Buildah:
    """Buildah with images in a folder of the test: no daemon, and no privileges but those of a chroot."""

    def __init__(self, folder: Path) -> None:
        self._at = [program("buildah", "buildah"), "--root", str(folder / "images"), "--runroot", str(folder / "run")]
        self._environ = os.environ | {"STORAGE_DRIVER": "vfs", "BUILDAH_ISOLATION": "chroot"}

    def __call__(self, *arguments: str) -> str:
        done = subprocess.run(
            [*self._at, *arguments], cwd=ROOT, env=self._environ, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
        return done.stdout.strip()

    def start(self, arguments: Sequence[str], said: Path) -> subprocess.Popen[bytes]:
        """Run a container until it is ended."""
        with said.open("wb") as output:
            return subprocess.Popen(
                [*self._at, *arguments], env=self._environ, stdout=output, stderr=output, start_new_session=True
            )


@pytest.fixture
def buildah(tmp_path: Path) -> Iterator[Buildah]:
    if not AT_LENGTH:
        pytest.skip("left out: an image takes minutes; make ha builds one")
    found = Buildah(tmp_path)
    yield found
    found("rm", "--all")
    found("rmi", "--all", "--force")


@pytest.mark.network
def test_an_image_of_debian_s_packages_answers_a_call(buildah: Buildah, tmp_path: Path) -> None:
    base = tmp_path / "base.tar"
    subprocess.run([program("mmdebstrap", "mmdebstrap"), "--quiet", "--variant=minbase", "bookworm", base], check=True)
    container = buildah("from", "scratch")
    buildah("add", "--quiet", container, str(base), "/")
    buildah("commit", "--quiet", "--rm", container, BASE)
    # A network may have an authority of its own for certificates.
    trusted = (f"--volume={CERTIFICATES}:/mnt/certificates:ro", "--env=PIP_CERT=/mnt/certificates/ca-certificates.crt")
    asked = ("--network=host", *trusted, f"--build-arg=BASE={BASE}", f"--tag={IMAGE}", "--file=deploy/Containerfile")
    buildah("build", *asked, ".")
    configured = json.loads(buildah("inspect", "--type=image", IMAGE))["OCIv1"]["config"]
    port, said = free_port(), tmp_path / "said.txt"
    environ = (f"--env=TWILIO_AUTH_TOKEN={TOKEN}", f"--env=IVR_PUBLIC_URL={PUBLIC}")
    # Buildah's run leaves out the entry point.
    command = (*configured["Entrypoint"], *configured["Cmd"], "--port", str(port), "--portal", "none")
    running = buildah.start(("run", "--network=host", *environ, buildah("from", IMAGE), "--", *command), said)
    try:
        await_that(lambda: "Ctrl-C ends it." in said.read_text() or running.poll() is not None, "no greeting", 120)
        fields = {"CallSid": "CA" + "7" * 32, "AccountSid": "AC" + "a" * 32, "From": "+5511987654321"}
        fields |= {"To": "+551140030015", "CallStatus": "ringing"}
        entry = "/twilio/voice"
        at = f"http://127.0.0.1:{port}{entry}"
        assert requests.post(at, fields, timeout=30).status_code == 403
        signature = RequestValidator(TOKEN).compute_signature(PUBLIC + entry, fields)
        answered = requests.post(at, fields, headers={"X-Twilio-Signature": signature}, timeout=30)
        assert answered.status_code == 200, said.read_text()
        assert etree.fromstring(answered.content).find("Gather") is not None
        turn = next(json.loads(line) for line in said.read_text().splitlines() if '"message": "turn"' in line)
        assert turn["result"] == "taken"
        assert Path(f"/proc/{turn['pid']}").stat().st_uid == 10001
        os.kill(turn["pid"], signal.SIGTERM)
        assert running.wait(40) == 0
    finally:
        if running.poll() is None:
            os.killpg(running.pid, signal.SIGKILL)
            running.wait()
