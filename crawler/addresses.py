"""IP addresses: which of them are out on the public network, and which are ours or nobody's.

A hostile page can point a crawler at the machine it runs on, at the router beside it or at a cloud's metadata
service. The same three functions judge an address written in a URL and an address that a resolver answers.
All is decided here from the IANA special-purpose registries (IPv4 and IPv6), and not by `ipaddress.is_global`,
whose answers differ between releases of Python 3.11.
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

from crawler.urls import host as host_of

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

NOT_PUBLIC_V4 = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8",  # this network; 0.0.0.0 reaches the own machine
            "10.0.0.0/8",  # private
            "100.64.0.0/10",  # shared by a provider's customers
            "127.0.0.0/8",  # loopback
            "169.254.0.0/16",  # link-local, and the metadata services of clouds
            "172.16.0.0/12",  # private
            "192.0.0.0/24",  # protocol assignments
            "192.0.2.0/24",  # documentation
            "192.88.99.0/24",  # relays of 6to4, deprecated
            "192.168.0.0/16",  # private
            "198.18.0.0/15",  # benchmarks
            "198.51.100.0/24",  # documentation
            "203.0.113.0/24",  # documentation
            "224.0.0.0/4",  # multicast
            "240.0.0.0/4",  # reserved, and broadcast
        ),
    )
)

PUBLIC_V6 = IPv6Network("2000::/3")  # all that IANA has given out for unicast on the Internet, but for:
NOT_PUBLIC_V6 = tuple(
    map(
        IPv6Network,
        (
            "2001::/23",  # protocol assignments: Teredo, ORCHID, benchmarks
            "2001:db8::/32",  # documentation
            "3fff::/20",  # documentation
        ),
    )
)

# IPv6 addresses that carry an IPv4 address, and by how many bits it stands from the right end.
CARRIERS = (
    (IPv6Network("::ffff:0:0/96"), 0),  # IPv4-mapped
    (IPv6Network("64:ff9b::/96"), 0),  # NAT64: how a network without IPv4 reaches all of IPv4's Web
    (IPv6Network("2002::/16"), 80),  # 6to4
)

DELIMITERS = frozenset("/?#@\\[]")  # what would make a host more than a host


def literal(host: str) -> Address | None:
    """The address that a URL's host spells out, however it does: decimal, octal, hexadecimal, short, full-width.

    IPv6 is read with and without brackets. `localhost` and all names under it are the loopback address,
    whatever a resolver says (RFC 6761). None for any other name, and for what is no host at all.
    """
    if ":" in host:
        inside = host[1:-1] if host.startswith("[") and host.endswith("]") and "%" not in host else host
        try:
            return IPv6Address(inside)
        except ValueError:
            return None
    name = None if DELIMITERS & set(host) else host_of(f"http://{host}/")
    if name is None:
        return None
    if name == "localhost" or name.endswith(".localhost"):
        return IPv4Address("127.0.0.1")
    return IPv4Address(name) if name.rpartition(".")[2].isdigit() else None


def is_public(ip: Address) -> bool:
    """Whether the address is one of the public Internet's. What carries an IPv4 address is judged by that."""
    ip = carried(ip)
    if isinstance(ip, IPv4Address):
        return not any(ip in network for network in NOT_PUBLIC_V4)
    return ip in PUBLIC_V6 and not any(ip in network for network in NOT_PUBLIC_V6)


def permitted(ip: Address, allowed: Iterable[Network] = ()) -> bool:
    """Whether a crawl may connect to the address: it is public, or the user has allowed its network by name."""
    inner = carried(ip)
    return is_public(inner) or any(inner in network or ip in network for network in allowed)


def networks(texts: Iterable[str]) -> tuple[Network, ...]:
    """The networks that a user allows, as `127.0.0.0/8` or one address. Raises ValueError in one clear line."""
    return tuple(map(_network, texts))


def carried(ip: Address) -> Address:
    """The IPv4 address that an IPv6 address carries, or the address itself."""
    if isinstance(ip, IPv6Address):
        for network, bits in CARRIERS:
            if ip in network:
                return IPv4Address(int(ip) >> bits & 0xFFFFFFFF)
    return ip


def _network(text: str) -> Network:
    try:
        return ip_network(text.strip())
    except ValueError as error:
        raise ValueError(f"{text!r} is not a network such as 127.0.0.0/8: {error}") from None
