"""Exchange: one request and what came back, as received. The evidence, before anything is made of it."""

from __future__ import annotations

from dataclasses import dataclass

from crawler.page import Page

Headers = tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its response.

    `payload` is the entity body as received: its content-encoding is still on, transfer-encoding is off.
    `fetched_at` is ISO 8601 in UTC. `truncated` says why the payload is not whole: `length`, `disconnect`, `time`.
    `members`, where the response was read from an archive, are its records there, to be kept byte for byte;
    `revisit` says that they refer to another record for the payload.
    """

    url: str
    fetched_at: str
    status: int
    reason: str
    headers: Headers
    payload: bytes
    request: bytes = b""  # request line and headers as sent
    protocol: str = "HTTP/1.1"
    ip: str | None = None
    truncated: str | None = None
    members: tuple[bytes, ...] = ()
    revisit: bool = False

    def header(self, name: str) -> str | None:
        """The first header of that name (lower case), control characters dropped."""
        for key, value in self.headers:
            if key.lower() == name.encode("ascii"):
                text = value.decode("utf-8", "replace")
                return "".join(c for c in text if c.isprintable()).strip()
        return None

    @property
    def mime(self) -> str | None:
        """Media type declared, lower case, without parameters."""
        declared = (self.header("content-type") or "").partition(";")[0].strip().lower()
        return declared[:127] or None

    def page(self) -> Page:
        """The page that this exchange holds, in memory."""
        headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in self.headers)
        return Page(self.url, self.status, headers, self.payload, self.fetched_at)
