"""Which addresses a crawl may connect to."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crawler.addresses import is_public, literal, networks, permitted

REFUSED = [  # hosts as a URL may write them, and the address that they reach
    ("127.0.0.1", "127.0.0.1"),
    ("127.0.0.1.", "127.0.0.1"),  # with the dot that ends a full name
    ("127.1", "127.0.0.1"),  # short
    ("127.0.1", "127.0.0.1"),
    ("127.255.255.254", "127.255.255.254"),
    ("2130706433", "127.0.0.1"),  # decimal
    ("0x7f000001", "127.0.0.1"),  # hexadecimal
    ("0X7F.1", "127.0.0.1"),
    ("0x7f.0x0.0x0.0x1", "127.0.0.1"),
    ("017700000001", "127.0.0.1"),  # octal
    ("0177.0.0.1", "127.0.0.1"),
    ("0177.0.0x0.1", "127.0.0.1"),  # mixed
    ("①②⑦.⓪.⓪.①", "127.0.0.1"),  # circled
    ("127。0。0。1", "127.0.0.1"),  # ideographic full stops
    ("\uff11\uff12\uff17\uff0e\uff10\uff0e\uff10\uff0e\uff11", "127.0.0.1"),  # full-width
    ("127\uff610.0.1", "127.0.0.1"),  # half-width full stop
    ("127.0.0.\xad1", "127.0.0.1"),  # soft hyphen
    ("𝟏𝟐𝟕.𝟎.𝟎.𝟏", "127.0.0.1"),  # mathematical
    ("%31%32%37.0.0.1", "127.0.0.1"),  # percent-encoded
    ("127.0\t.0.1", "127.0.0.1"),  # a browser leaves out tabs and line ends
    ("localhost", "127.0.0.1"),
    ("LOCALHOST.", "127.0.0.1"),
    ("admin.localhost", "127.0.0.1"),
    ("0", "0.0.0.0"),
    ("0.0.0.0", "0.0.0.0"),
    ("0x0", "0.0.0.0"),
    ("0.1.2.3", "0.1.2.3"),
    ("10.0.0.1", "10.0.0.1"),
    ("10.255.255.255", "10.255.255.255"),
    ("167772161", "10.0.0.1"),
    ("012.0.0.1", "10.0.0.1"),
    ("100.64.0.1", "100.64.0.1"),
    ("100.127.255.255", "100.127.255.255"),
    ("169.254.169.254", "169.254.169.254"),  # metadata of clouds
    ("2852039166", "169.254.169.254"),
    ("0xa9fea9fe", "169.254.169.254"),
    ("0251.0376.0251.0376", "169.254.169.254"),
    ("172.16.0.1", "172.16.0.1"),
    ("172.31.255.255", "172.31.255.255"),
    ("192.0.0.1", "192.0.0.1"),
    ("192.0.2.1", "192.0.2.1"),
    ("192.88.99.1", "192.88.99.1"),
    ("192.168.0.1", "192.168.0.1"),
    ("192.168.257", "192.168.1.1"),
    ("0xc0a80001", "192.168.0.1"),
    ("198.18.0.1", "198.18.0.1"),
    ("198.19.255.255", "198.19.255.255"),
    ("198.51.100.1", "198.51.100.1"),
    ("203.0.113.1", "203.0.113.1"),
    ("224.0.0.1", "224.0.0.1"),
    ("239.255.255.255", "239.255.255.255"),
    ("240.0.0.1", "240.0.0.1"),
    ("255.255.255.255", "255.255.255.255"),
    ("4294967295", "255.255.255.255"),
    ("[::]", "::"),
    ("[::1]", "::1"),
    ("::1", "::1"),  # as a resolver writes it
    ("[0:0:0:0:0:0:0:1]", "::1"),
    ("[::127.0.0.1]", "::7f00:1"),  # IPv4-compatible, deprecated
    ("[::8.8.8.8]", "::808:808"),
    ("[::ffff:127.0.0.1]", "::ffff:7f00:1"),  # IPv4-mapped
    ("[::ffff:7f00:1]", "::ffff:7f00:1"),
    ("[::FFFF:10.0.0.1]", "::ffff:a00:1"),
    ("[::ffff:169.254.169.254]", "::ffff:a9fe:a9fe"),
    ("[::ffff:0:127.0.0.1]", "::ffff:0:7f00:1"),  # IPv4-translated
    ("[64:ff9b::127.0.0.1]", "64:ff9b::7f00:1"),  # NAT64
    ("[64:ff9b::192.168.0.1]", "64:ff9b::c0a8:1"),
    ("[64:ff9b:1::808:808]", "64:ff9b:1::808:808"),  # NAT64 of a local network
    ("[2002:7f00:1::]", "2002:7f00:1::"),  # 6to4
    ("[2002:a00:1::1]", "2002:a00:1::1"),
    ("[2002:a9fe:a9fe::1]", "2002:a9fe:a9fe::1"),
    ("[2001::1]", "2001::1"),  # Teredo
    ("[2001:0:7f00:1::80ff:fffe]", "2001:0:7f00:1::80ff:fffe"),
    ("[2001:2::1]", "2001:2::1"),
    ("[2001:10::1]", "2001:10::1"),
    ("[2001:20::1]", "2001:20::1"),
    ("[2001:db8::1]", "2001:db8::1"),
    ("[3fff::1]", "3fff::1"),
    ("[100::1]", "100::1"),  # discard
    ("[5f00::1]", "5f00::1"),  # segment routing
    ("[fc00::1]", "fc00::1"),  # unique local
    ("[fd12:3456::1]", "fd12:3456::1"),
    ("[fd00:ec2::254]", "fd00:ec2::254"),  # metadata of clouds
    ("[fe80::1]", "fe80::1"),  # link-local
    ("fe80::1%2", "fe80::1%2"),  # with a zone, as a resolver writes it
    ("[febf::1]", "febf::1"),
    ("[fec0::1]", "fec0::1"),  # site-local, deprecated
    ("[ff02::1]", "ff02::1"),  # multicast
    ("[4000::1]", "4000::1"),  # given to nobody
]

PUBLIC = [
    ("8.8.8.8", "8.8.8.8"),
    ("134744072", "8.8.8.8"),
    ("0x08080808", "8.8.8.8"),
    ("1.1.1.1", "1.1.1.1"),
    ("9.255.255.255", "9.255.255.255"),
    ("11.0.0.0", "11.0.0.0"),
    ("100.63.255.255", "100.63.255.255"),
    ("100.128.0.0", "100.128.0.0"),
    ("126.255.255.255", "126.255.255.255"),
    ("128.0.0.1", "128.0.0.1"),
    ("169.253.255.255", "169.253.255.255"),
    ("172.15.255.255", "172.15.255.255"),
    ("172.32.0.0", "172.32.0.0"),
    ("192.167.255.255", "192.167.255.255"),
    ("192.169.0.0", "192.169.0.0"),
    ("198.17.255.255", "198.17.255.255"),
    ("198.20.0.0", "198.20.0.0"),
    ("223.255.255.255", "223.255.255.255"),
    ("[2606:4700:4700::1111]", "2606:4700:4700::1111"),
    ("2001:4860:4860::8888", "2001:4860:4860::8888"),
    ("[::ffff:8.8.8.8]", "::ffff:808:808"),
    ("[64:ff9b::8.8.8.8]", "64:ff9b::808:808"),
    ("[2002:808:808::1]", "2002:808:808::1"),
]

NO_LITERAL = [
    "news.example", "127.0.0.1.example", "1.2.3.4.5", "256.256.256.256", "0x100000000", "08.0.0.1", "127.0.0.1x", "",
    ".", "[", "[]", "[::1", "::1::", "[12345::1]", "[::1%25lo]x", "a/127.0.0.1", "x@127.0.0.1", "127.0.0.1/x",
    "notlocalhost", "localhost.example", "\ud800",
]  # fmt: skip


@pytest.mark.parametrize("host, address", REFUSED)
def test_our_own_network_is_refused_however_it_is_written(host, address):
    found = literal(host)
    assert found == ip_address(address)
    assert not is_public(found)
    assert not permitted(found)


@pytest.mark.parametrize("host, address", PUBLIC)
def test_the_public_internet_is_permitted(host, address):
    found = literal(host)
    assert found == ip_address(address)
    assert is_public(found)
    assert permitted(found)


@pytest.mark.parametrize("host", NO_LITERAL)
def test_a_name_is_no_literal(host):
    assert literal(host) is None


@pytest.mark.parametrize(
    "ip, allowed, answer",
    [
        ("127.0.0.1", "127.0.0.0/8", True),
        ("::ffff:127.0.0.1", "127.0.0.0/8", True),  # the same machine
        ("127.0.0.1", "127.0.0.1", True),
        ("127.0.0.2", "127.0.0.1", False),
        ("::1", "127.0.0.0/8", False),  # each network by name
        ("::1", "::1/128", True),
        ("10.0.0.1", "127.0.0.0/8", False),
        ("169.254.169.254", "127.0.0.0/8", False),
        ("8.8.8.8", "127.0.0.0/8", True),
        ("fd00::5", "fd00::/8", True),
    ],
)
def test_the_user_allows_a_network_by_name_and_nothing_else(ip, allowed, answer):
    assert permitted(ip_address(ip), networks([allowed])) is answer


@pytest.mark.parametrize("text", ["", "localhost", "127.0.0.1/8", "10.0.0.0/40", "1.2.3", "::/200"])
def test_a_malformed_network_is_named_in_one_line(text):
    with pytest.raises(ValueError, match=rf"\A'{text}' is not a network such as 127\.0\.0\.0/8: .+\Z"):
        networks([text])


PATIENT = settings(deadline=None, max_examples=300)  # the first call reads the suffix list


@PATIENT
@given(st.integers(0, 2**32 - 1).map(IPv4Address))
def test_an_address_is_judged_alike_in_each_of_its_clothes(ip):
    number = int(ip)
    for clothes in (
        literal(str(number)),
        literal(hex(number)),
        literal(f"[::ffff:{ip}]"),
        literal(f"[64:ff9b::{ip}]"),
        IPv6Address((0x2002 << 112) + (number << 80) + 1),
    ):
        assert clothes is not None
        assert is_public(clothes) is is_public(ip)


@PATIENT
@given(st.integers(0, 2**32 - 1).map(IPv4Address))
@example(IPv4Address("192.0.0.9"))
@example(IPv4Address("224.0.0.1"))
def test_whatever_python_calls_private_is_refused(ip):
    if not ip.is_global or ip.is_multicast:
        assert not is_public(ip)


@PATIENT
@given(st.integers(0, 2**128 - 1).map(IPv6Address))
def test_nearly_all_of_ipv6_is_nobodys(ip):
    if int(ip) >> 125 != 0b001 and not is_public(IPv4Address(int(ip) & 0xFFFFFFFF)):
        assert not is_public(ip)


@PATIENT
@given(st.text())
def test_no_text_breaks_it(text):
    literal(text)
