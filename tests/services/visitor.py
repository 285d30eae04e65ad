"""A person at the admin's pages, by HTTP alone."""

from http import HTTPStatus
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener


class Visitor:
    """Keeps its cookies."""

    def __init__(self, port: int) -> None:
        self._at = f"http://127.0.0.1:{port}"
        self._cookies = CookieJar()
        self._opener = build_opener(HTTPCookieProcessor(self._cookies))

    def sign_in(self, email: str, password: str) -> bool:
        self._open("/admin/login/")
        token = next(cookie.value for cookie in self._cookies if cookie.name == "csrftoken")
        form = {"username": email, "password": password, "csrfmiddlewaretoken": token, "next": "/admin/"}
        self._open("/admin/login/", urlencode(form).encode())
        return self.is_signed_in()

    def is_signed_in(self) -> bool:
        """Not while the pages say that they cannot be had just now."""
        try:
            return "/login/" not in self._open("/admin/")
        except HTTPError as answer:
            if answer.code != HTTPStatus.SERVICE_UNAVAILABLE:
                raise
            return False

    def read(self, path: str) -> str:
        """A page."""
        with self._opener.open(self._at + path, timeout=10) as response:
            return str(response.read().decode())

    def asks_for(self, path: str) -> tuple[int, str]:
        """The status and the text of a page, or of the one that says why it cannot be had."""
        try:
            with self._opener.open(
                Request(self._at + path, headers={"Accept": "text/html, */*;q=0.8"}), timeout=20
            ) as answer:
                return answer.status, answer.read().decode()
        except HTTPError as refusal:
            return refusal.code, refusal.read().decode()

    def _open(self, path: str, form: bytes | None = None) -> str:
        with self._opener.open(self._at + path, form, timeout=10) as response:
            return str(response.url)
