"""The guard: nothing is ever asked of our own network, by whatever name, and nothing goes round the proxy."""

from __future__ import annotations

from collections import OrderedDict
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

from scrapy.exceptions import IgnoreRequest
from twisted.internet.interfaces import IHostnameResolver, IResolutionReceiver
from zope.interface import implementer, provider

from crawler.addresses import literal, permitted
from crawler.urls import host, port

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from twisted.internet.interfaces import IAddress, IHostResolution

REMEMBERED = 10_000  # names whose refusal is remembered, so that the error can be told from a failed look-up


class Refused(IgnoreRequest):
    """A rule of ours refuses the request; nothing was sent."""

    def __init__(self, outcome: str, reason: str) -> None:
        super().__init__(reason)
        self.outcome = outcome
        self.reason = reason


class Guard:
    """Downloader middleware: looks at every request, redirects and robots.txt included.

    Refuses addresses of private networks written as literals, in any spelling, and ports that no web site uses.
    What a name stands for is vetted by `GuardResolver`, when it is resolved and by the address connected to.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.allowed = crawler.settings["MAYFLY_ALLOW_PRIVATE"]
        self.proxy = crawler.settings["MAYFLY_PROXY"]
        self.ports = crawler.settings["MAYFLY_PORTS"]

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Guard:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        if self.proxy:
            request.meta["proxy"] = self.proxy
        name = host(request.url)
        if name is None:
            raise Refused("blocked_private", "no host")
        number = port(request.url)
        if number not in (80, 443) and number not in self.ports:
            raise Refused("blocked_private", f"port {number}")
        address = literal(name)
        if address is not None and not permitted(address, self.allowed):
            raise Refused("blocked_private", f"private address {address}")
        if name in ("localhost",) or name.endswith((".localhost", ".local", ".internal")):
            if not permitted(ip_address("127.0.0.1"), self.allowed):
                raise Refused("blocked_private", f"local name {name}")


refused_names: OrderedDict[str, str] = OrderedDict()


@implementer(IHostnameResolver)
class GuardResolver:
    """Resolves names as the reactor does, and gives no address at all where one of them is private.

    The addresses vetted are the ones connected to: there is no second look-up that could answer otherwise.
    """

    def __init__(self, inner: Any, allowed: tuple[Any, ...]) -> None:
        self.inner = inner
        self.allowed = allowed

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: Any) -> GuardResolver:
        resolver = cls(reactor.nameResolver, crawler.settings["MAYFLY_ALLOW_PRIVATE"])
        resolver.reactor = reactor  # type: ignore[attr-defined]
        return resolver

    def install_on_reactor(self) -> None:
        self.reactor.installNameResolver(self)  # type: ignore[attr-defined]

    def resolveHostName(  # noqa: N802: Twisted's name
        self, resolutionReceiver: Any, hostName: str, *args: Any, **kwargs: Any  # noqa: N803
    ) -> IHostResolution:
        allowed = self.allowed

        @provider(IResolutionReceiver)
        class Vetting:
            addresses: list[IAddress]

            @classmethod
            def resolutionBegan(cls, resolution: IHostResolution) -> None:  # noqa: N802
                cls.addresses = []
                resolutionReceiver.resolutionBegan(resolution)

            @classmethod
            def addressResolved(cls, address: IAddress) -> None:  # noqa: N802
                cls.addresses.append(address)

            @classmethod
            def resolutionComplete(cls) -> None:  # noqa: N802
                private = [a.host for a in cls.addresses if not permitted(ip_address(a.host), allowed)]  # type: ignore[attr-defined]
                if private:
                    refused_names[hostName] = f"{hostName} is the private address {private[0]}"
                    while len(refused_names) > REMEMBERED:
                        refused_names.popitem(last=False)
                else:
                    refused_names.pop(hostName, None)
                    for address in cls.addresses:
                        resolutionReceiver.addressResolved(address)
                resolutionReceiver.resolutionComplete()

        resolution: IHostResolution = self.inner.resolveHostName(Vetting, hostName, *args, **kwargs)
        return resolution
