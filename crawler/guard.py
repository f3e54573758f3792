"""The guard: nothing is ever asked of our own network, by whatever name, and nothing goes round the proxy."""

from __future__ import annotations

from collections import OrderedDict
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

from scrapy.exceptions import IgnoreRequest
from twisted.internet.interfaces import IHostnameResolver, IResolutionReceiver
from zope.interface import implementer

from crawler.addresses import literal, permitted
from crawler.urls import host, port

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler

    from crawler.addresses import Network

LOCAL = (".localhost", ".local", ".internal", ".home.arpa")  # RFC 6761, 6762, 8375, and what clouds use
REMEMBERED = 10_000  # names whose refusal is remembered, so that the error can be told from a failed look-up

refused_names: OrderedDict[str, str] = OrderedDict()  # and why


class Refused(IgnoreRequest):
    """A rule of ours refuses the request; nothing was sent."""

    def __init__(self, outcome: str, reason: str) -> None:
        super().__init__(reason)
        self.outcome = outcome
        self.reason = reason


class Guard:
    """Downloader middleware: looks at every request, redirects and robots.txt included.

    Refuses addresses of private networks written as literals, in any spelling, and ports that no web site uses.
    What a name stands for is vetted by `GuardResolver` when it is resolved.
    """

    def __init__(self, allowed: tuple[Network, ...], proxy: str | None, ports: frozenset[int]) -> None:
        self.allowed = allowed
        self.proxy = proxy
        self.ports = ports

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Guard:
        from twisted.internet import reactor

        settings = crawler.settings
        allowed, proxy = settings["MAYFLY_ALLOW_PRIVATE"], settings["MAYFLY_PROXY"]
        resolver = GuardResolver(reactor.nameResolver, allowed, host(proxy) if proxy else None)
        reactor.installNameResolver(resolver)
        return cls(allowed, proxy, settings["MAYFLY_PORTS"])

    def process_request(self, request: Request) -> None:
        if self.proxy:
            request.meta["proxy"] = self.proxy
        if why := self.objection(request.url):
            raise Refused("blocked_private", why)

    def objection(self, url: str) -> str | None:
        """Why nothing may be asked of this URL's host and port; None where it may."""
        name, number = host(url), port(url)
        if name is None:
            return "no host"
        if number not in (80, 443) and number not in self.ports:
            return f"port {number} is not one of a web site"
        address = literal(name)
        if address is None and (name == "localhost" or name.endswith(LOCAL)):
            address = ip_address("127.0.0.1")
        if address is not None and not permitted(address, self.allowed):
            return f"{name} is a private address"
        return None


@implementer(IHostnameResolver)
class GuardResolver:
    """Resolves names as the reactor does, and gives no address at all where one of them is private.

    The addresses vetted are the ones connected to: there is no second look-up that could answer otherwise. With a
    proxy, the proxy's is the only name that is resolved here.
    """

    def __init__(self, inner: Any, allowed: tuple[Network, ...], proxy: str | None = None) -> None:
        self.inner = inner
        self.allowed = allowed
        self.proxy = proxy

    def resolveHostName(self, receiver: Any, hostName: str, *args: Any, **kwargs: Any) -> Any:  # noqa: N802, N803
        if self.proxy and hostName == self.proxy:
            return self.inner.resolveHostName(receiver, hostName, *args, **kwargs)
        vetting = Vetting(receiver, hostName, self)
        return self.inner.resolveHostName(vetting, hostName, *args, **kwargs)

    def objection(self, name: str, addresses: list[str]) -> str | None:
        """Why these addresses may not be connected to; None where they may."""
        if self.proxy:
            return f"{name} would be asked for without the proxy"
        private = [address for address in addresses if not permitted(ip_address(address), self.allowed)]
        return f"{name} is the private address {private[0]}" if private else None


@implementer(IResolutionReceiver)
class Vetting:
    """Holds the addresses of a name back until all of them are known to be public."""

    def __init__(self, receiver: Any, name: str, resolver: GuardResolver) -> None:
        self.receiver = receiver
        self.name = name
        self.resolver = resolver
        self.addresses: list[Any] = []

    def resolutionBegan(self, resolution: Any) -> None:  # noqa: N802
        self.receiver.resolutionBegan(resolution)

    def addressResolved(self, address: Any) -> None:  # noqa: N802
        self.addresses.append(address)

    def resolutionComplete(self) -> None:  # noqa: N802
        if why := self.resolver.objection(self.name, [address.host for address in self.addresses]):
            refused_names[self.name] = why
            while len(refused_names) > REMEMBERED:
                refused_names.popitem(last=False)
        else:
            refused_names.pop(self.name, None)
            for address in self.addresses:
                self.receiver.addressResolved(address)
        self.receiver.resolutionComplete()
