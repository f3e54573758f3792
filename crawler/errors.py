"""Errors of the network, each under the outcome that it stands for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from OpenSSL.SSL import Error as TLSError
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from service_identity import VerificationError
from twisted.internet.error import ConnectError, ConnectionClosed
from twisted.internet.error import TimeoutError as ConnectTimeout
from twisted.python.failure import Failure as TwistedFailure
from twisted.web._newclient import ParseError, RequestTransmissionFailed, ResponseFailed, ResponseNeverReceived

from crawler.guard import Refused, refused_names

LONGEST = 300  # characters of an error's words


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there is no response. `refused`: a rule of ours, so that trying again is no use."""

    outcome: str
    detail: str
    refused: bool = False


def failure(error: BaseException, host: str | None) -> Failure:
    """The outcome that an error stands for; `host` is the one that was asked."""
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, Refused):
            return Failure(cause.outcome, cause.reason, refused=cause.outcome in ("robots", "blocked_private"))
    words = "; ".join(dict.fromkeys(_words(cause) for cause in causes))[:LONGEST]
    if any(isinstance(cause, CannotResolveHostError) for cause in causes):
        if host and host in refused_names:
            return Failure("blocked_private", refused_names[host], refused=True)
        return Failure("dns_error", words)
    if any(isinstance(cause, (TLSError, VerificationError)) for cause in causes):
        return Failure("tls_error", words)
    if any(isinstance(cause, (DownloadTimeoutError, ConnectTimeout, TimeoutError)) for cause in causes):
        return Failure("timeout", words)
    if any(isinstance(cause, _CONNECTION) for cause in causes):
        return Failure("connect_error", words)
    return Failure("internal_error", words)


_CONNECTION = (
    ConnectError, ConnectionClosed, ResponseFailed, ResponseNeverReceived, RequestTransmissionFailed, ParseError,
    ResponseDataLossError, OSError,
)  # fmt: skip


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error, what caused it, and what Twisted has packed into it."""
    depth = 0
    todo = [error]
    while todo and depth < 20:
        depth += 1
        current = todo.pop(0)
        if current is None:
            continue
        yield current
        todo.append(current.__cause__)
        reasons = getattr(current, "reasons", ())
        todo += [reason.value for reason in reasons if isinstance(reason, TwistedFailure)]


def _words(error: BaseException) -> str:
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
