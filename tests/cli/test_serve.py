"""The terminal UI in a browser lets only the holder of its token in."""

from __future__ import annotations

import http.client
import subprocess
import sys
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

pytest.importorskip("textual_serve", reason="the extra `web` is not installed")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address that a serving process printed."""
    data = tmp_path_factory.mktemp("data")
    process = subprocess.Popen(
        [sys.executable, "-m", "docanalyst", "serve", "--data-dir", str(data)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    found = process.stdout.readline().strip()
    for _ in range(200):
        try:
            get(found, "/")
            break
        except ConnectionRefusedError:
            time.sleep(0.05)
    yield found
    process.terminate()
    process.communicate(timeout=30)


def get(address: str, path: str, **headers: str) -> http.client.HTTPResponse:
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=20)
    connection.request("GET", path, headers={key.replace("_", "-"): value for key, value in headers.items()})
    return connection.getresponse()


def test_nobody_gets_in_without_the_token(address: str) -> None:
    assert urlsplit(address).hostname == "127.0.0.1"
    for path in ("/", "/ws", "/?token=", "/?token=guess", "/static/js/textual.js"):
        assert get(address, path).status == 403


def test_the_token_opens_the_page_and_stays_out_of_the_address(address: str) -> None:
    parts = urlsplit(address)
    answer = get(address, f"/?{parts.query}")
    assert (answer.status, answer.headers["Location"]) == (302, "/")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith(f"docanalyst_token-{urlsplit(address).port}=")
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie
    page = get(address, "/", Cookie=cookie.split(";")[0])
    assert page.status == 200
    assert "default-src 'self'" in page.headers["Content-Security-Policy"]
    assert page.headers["Referrer-Policy"] == "no-referrer"


def test_another_page_or_name_does_not_get_in_with_the_cookie(address: str) -> None:
    cookie = get(address, f"/?{urlsplit(address).query}").headers["Set-Cookie"].split(";")[0]
    assert get(address, "/ws", Cookie=cookie, Origin="http://evil.example").status == 403
    assert get(address, "/", Cookie=cookie, Host="evil.example").status == 403
