"""Addresses that must never be called, in every spelling that has fooled somebody.

Each is tried where its name, if it is one, resolves to a public address: what refuses it is how it is written.
"""

# ruff: noqa: S104 -- nothing is bound to any of these.

from __future__ import annotations

from ipaddress import IPv4Address
from typing import Final

LISTED: Final = ("hooks.example.com", "*.example.com", "hooks.example.com:8443", "bücher.example")

_INSIDE: Final = ("127.0.0.1", "10.0.0.5", "192.168.1.1", "169.254.169.254", "100.100.100.200")
_LETTERS_OF_DIGITS: Final = {
    "full-width": "０１２３４５６７８９",
    "circled": "⓪①②③④⑤⑥⑦⑧⑨",
    "arabic": "٠١٢٣٤٥٦٧٨٩",
    "mathematical": "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗",
}
_DOTS: Final = "。．｡․‧·"


def _numeric(address: str) -> list[str]:
    """Return an IPv4 address in the spellings that the C library or a browser understands."""
    a, b, c, d = IPv4Address(address).packed
    whole = int(IPv4Address(address))
    return [
        f"{a}.{b}.{c}.{d}",
        f"{whole}",
        f"0x{whole:x}",
        f"0X{whole:X}",
        f"0{whole:o}",
        f"{a}.{whole & 0xFFFFFF}",
        f"{a}.{b}.{whole & 0xFFFF}",
        f"0x{a:x}.0x{b:x}.0x{c:x}.0x{d:x}",
        f"0{a:o}.0{b:o}.0{c:o}.0{d:o}",
        f"{a:04o}.{b:04o}.{c:04o}.{d:04o}",
        f"0x{a:x}.{b}.0{c:o}.{d}",
        f"{a}.{b}.{c}.0x{d:x}",
        f"{a + 256}.{b}.{c}.{d}",
        f"{a:03}.{b:03}.{c:03}.{d:03}",
        f"{a}.{b}.{c}.{d}.",
        f"{whole}.",
        f"{2**32 + whole}",
        f"[::ffff:{a}.{b}.{c}.{d}]",
        f"[::ffff:{a:02x}{b:02x}:{c:02x}{d:02x}]",
        f"[::{a}.{b}.{c}.{d}]",
        f"[64:ff9b::{a}.{b}.{c}.{d}]",
        f"[2002:{a:02x}{b:02x}:{c:02x}{d:02x}::1]",
    ]


def _in_other_digits(address: str) -> list[str]:
    tables = [str.maketrans("0123456789", digits) for digits in _LETTERS_OF_DIGITS.values()]
    return [address.translate(table) for table in tables] + [address.replace(".", dot) for dot in _DOTS]


_V6: Final = (
    "[::]", "[::1]", "[0:0:0:0:0:0:0:1]", "[0000:0000:0000:0000:0000:0000:0000:0001]", "[fe80::1]", "[fe80::1%25eth0]",
    "[fe80::1%eth0]", "[fe80::1%25lo]", "[::1%25lo]", "[fc00::1]", "[fd00:ec2::254]", "[FD00:EC2::254]", "[fd20:ce::254]",
    "[ff02::1]", "[2001:db8::1]", "[2001:0:4136:e378:8000:63bf:3fff:fdd2]", "[2606:4700:4700::1111]", "[::ffff:0:127.0.0.1]",
    "[v1.fe80::a+en1]", "[]", "[::1", "::1]", "::1", "fe80::1", "[127.0.0.1]", "[hooks.example.com]", "[[::1]]", "[::1].example.com",
    "[::1]hooks.example.com", "hooks.example.com[::1]", "[0:0:0:0:0:ffff:7f00:1]", "[::ffff:7f00:1%25lo]", "[::127.0.0.1%25lo]",
)  # fmt: skip

_HOSTS: Final = (
    # Not listed, or only by parts of labels.
    "localhost", "LOCALHOST", "localhost.localdomain", "ip6-localhost", "metadata", "metadata.google.internal",
    "instance-data.ec2.internal", "kubernetes.default.svc", "host.docker.internal", "example.com", "evil.com",
    "evilhooks.example.com.evil.com", "hooks.example.com.evil.com", "evilexample.com", "hooks-example.com", "hooks.example.co",
    "hooks.example.comm", "example.com.evil", "127.0.0.1.nip.io", "169.254.169.254.nip.io", "localtest.me", "lvh.me",
    "spoofed.burpcollaborator.net", "1.1.1.1.example.net", "www.hooks-example.com", "xn--hooks.example-com",
    # Dots too many.
    "", ".", "..", "hooks.example.com.", "hooks.example.com..", ".hooks.example.com", "hooks..example.com", "hooks.example.com.localhost",
    "..example.com", "*.example.com", "*", "**.example.com",
    # Escapes and other alphabets.
    "%68ooks.example.com", "hooks%2eexample%2ecom", "hooks.example.com%00", "hooks.example.com%00.evil.com", "127.0.0.1%00.example.com",
    "127%2e0%2e0%2e1", "%31%32%37.0.0.1", "%5b::1%5d", "hooks.example.com%23", "hooks.example.com%2f", "hooks.example.com%40evil.com",
    "hooks.example.com%09", "hooks.example.com%0d%0aHost:evil", "ｈooks.example.com", "hoo\u212as.example.com", "hooks.example。com",
    "hooks．example.com", "hooks.example｡com", "b\u00fc\u0441her.example", "hooks.еxample.com", "hooks.exam\u00adple.com", "ⓗooks.example.com",
    "hooks.example.ｃom", "hooks.example\u2024com", "hooks.example.com\u200b", "ﬁ.example.com", "𝐡ooks.example.com", "ſ.example.com",
    "evil.com／.example.com", "evil.com？.example.com", "evil.com＃.example.com", "evil.com＠hooks.example.com", "ℂ.example.com",
    "evil.c℀.example.com", "BÜCHER.example", "büCHER.example.evil", "xn--bcher-kva.example.evil", "İ.example.com",
    # Characters of no name.
    "hooks.example.com\\", "hooks.example.com\\.evil.com", "evil.com\\.example.com", "hooks_.example,com", "ho'oks.example.com", "hooks!.example.com",
    "hooks$.example.com", "(hooks).example.com", "hooks;.example.com", "hooks.example.com;evil.com", "hooks.example.com,evil.com", "evil.com|hooks.example.com",
    "hooks.example.com`id`", "{hooks}.example.com", "\"hooks\".example.com", "<hooks>.example.com", "hooks^.example.com", "hooks~.example.com", "hooks+.example.com",
    "-hooks.example.com", "hooks-.example.com", "a" * 64 + ".example.com", "a." * 130 + "example.com", "&.example.com", "=.example.com",
)  # fmt: skip

_AUTHORITIES: Final = (
    # Users and passwords.
    "hooks.example.com@evil.com", "hooks.example.com@127.0.0.1", "evil.com@hooks.example.com", "user:password@hooks.example.com",
    "user@hooks.example.com", ":@hooks.example.com", "@hooks.example.com", "hooks.example.com:443@127.0.0.1", "127.0.0.1@hooks.example.com",
    "hooks.example.com@@127.0.0.1", "a@hooks.example.com@127.0.0.1", "hooks.example.com%40@127.0.0.1", "hooks.example.com\\@127.0.0.1",
    "127.0.0.1\\@hooks.example.com", "127.0.0.1:80\\@hooks.example.com:443", "127.0.0.1 @hooks.example.com", "foo@evil.com:80@hooks.example.com",
    "@", "hooks.example.com&@127.0.0.1", "hooks.example.com;@127.0.0.1", "1.1.1.1 &@2.2.2.2# @3.3.3.3",
    # Ports.
    "hooks.example.com:80", "hooks.example.com:22", "hooks.example.com:25", "hooks.example.com:6379", "hooks.example.com:0", "hooks.example.com:",
    "hooks.example.com:0443", "hooks.example.com:443:443", "hooks.example.com:443:", "hooks.example.com:-443", "hooks.example.com:+443", "hooks.example.com:65536",
    "hooks.example.com:65979", "hooks.example.com:4294967739", "hooks.example.com:443x", "hooks.example.com:４４３", "hooks.example.com:0x1bb", "hooks.example.com: 443",
    "hooks.example.com:443@evil.com", "hooks.example.com:4.43", "hooks.example.com:4_43", "hooks.example.com:99999999999999999999", "other.example.com:8443", ":443",
    "hooks.example.com:²", "hooks.example.com:443%20", "hooks.example.com::443", "hooks.example.com:١",
)  # fmt: skip

_SCHEMES: Final = (
    "http://hooks.example.com/", "HTTP://hooks.example.com/", "ftp://hooks.example.com/", "file:///etc/passwd", "file://hooks.example.com/etc/passwd",
    "gopher://hooks.example.com:70/_GET", "dict://hooks.example.com:11211/stat", "ldap://hooks.example.com/", "sftp://hooks.example.com/", "tftp://hooks.example.com/",
    "jar:https://hooks.example.com!/", "netdoc:///etc/passwd", "data:text/plain,hello", "javascript:alert(1)", "ws://hooks.example.com/", "wss://hooks.example.com/",
    "unix:///var/run/docker.sock", "http+unix://%2Fvar%2Frun%2Fdocker.sock/info", "blob:https://hooks.example.com/1", "view-source:https://hooks.example.com/",
    "url:https://hooks.example.com/", "about:blank", "mailto:a@example.com", "https", "https:", "https:/", "https://", "https:///", "https:////hooks.example.com/",
    "https:///hooks.example.com/", "https:hooks.example.com", "https:/hooks.example.com/", "https:\\\\hooks.example.com\\", "https:/\\hooks.example.com/",
    "https\\://hooks.example.com/", "//hooks.example.com/", "/hooks.example.com/", "hooks.example.com", "hooks.example.com/path", "hooks.example.com:443/", "",
    " ", "?", "#", "://hooks.example.com/", ":https://hooks.example.com/", "httpſ://hooks.example.com/", "ｈttps://hooks.example.com/", "https：//hooks.example.com/",
    "https://://hooks.example.com/", "https://https://hooks.example.com/", "httpshttps://hooks.example.com/", "https ://hooks.example.com/", "https%3A//hooks.example.com/",
    "h\tttps://hooks.example.com/", "https:\n//hooks.example.com/", "https+insecure://hooks.example.com/", "s3://hooks.example.com/", "redis://hooks.example.com/",
)  # fmt: skip

_WHOLE: Final = (
    # Spaces, breaks, invisible characters.
    " https://hooks.example.com/", "https://hooks.example.com/ ", "\thttps://hooks.example.com/", "https://hooks.example.com/\n", "https://hooks.example.com/\r\n",
    "https://hooks.example.com\t/", "https://hoo\tks.example.com/", "https://hoo\nks.example.com/", "https://hoo\rks.example.com/", "https://hooks.example.com/\x00",
    "https://hooks.example.com\x00.evil.com/", "https://hooks.example.com/\x7f", "https://hooks.example.com/\x0b", "https://hooks.example.com /", "https:// hooks.example.com/",
    "https://hooks.example.com/a b", "https://hooks.example.com/\u00a0", "https://hooks.example.com/\u2028", "https://hooks.example.com/\u202e", "https://\u200bhooks.example.com/",
    "\ufeffhttps://hooks.example.com/", "https://hooks.example.com/\u3000", "https://hooks.example.com/\ud800", "https://hooks.example.com/\x85", "https://hooks.example.com/\x1b[0m",
    "https://hooks.example.com/ HTTP/1.1\r\nHost: evil.com\r\n\r\n", "https://hooks.example.com/\r\nX: y",
    # Fragments, and what may not stand in a path or a query.
    "https://hooks.example.com/#", "https://hooks.example.com/#fragment", "https://hooks.example.com#@127.0.0.1/", "https://127.0.0.1#@hooks.example.com/",
    "https://127.0.0.1?@hooks.example.com/", "https://127.0.0.1/@hooks.example.com/", "https://127.0.0.1;hooks.example.com/", "https://evil.com?.example.com/",
    "https://evil.com/.example.com/", "https://hooks.example.com/%", "https://hooks.example.com/%zz", "https://hooks.example.com/%2", "https://hooks.example.com/?%u0041",
    "https://hooks.example.com/\\", "https://hooks.example.com\\/", "https://hooks.example.com\\127.0.0.1/", "https://hooks.example.com/<", "https://hooks.example.com/\"",
    "https://hooks.example.com/{}", "https://hooks.example.com/|", "https://hooks.example.com/^", "https://hooks.example.com/`", "https://hooks.example.com/[1]", "https://hooks.example.com/ü",
    "https://hooks.example.com/?q=ü", "https://hooks.example.com/?[]", "https://hooks.example.com?\\@127.0.0.1/",
    # Too long.
    "https://hooks.example.com/" + "a" * 1_975, "https://hooks.example.com/?" + "%20" * 1_000, "https://" + "a" * 100_000, "https://" + "a." * 50_000 + "com/",
    "https://" + "ü" * 1_900 + ".example.com/",
)  # fmt: skip


def written() -> list[str]:
    """Return every address, each once."""
    hosts = [spelling for address in _INSIDE for spelling in _numeric(address)]
    hosts += [spelling for address in _INSIDE for spelling in _in_other_digits(address)]
    hosts += [*_V6, *_HOSTS, *_AUTHORITIES]
    urls = [f"https://{host}/latest/meta-data/" for host in hosts]
    return list(dict.fromkeys([*urls, *_SCHEMES, *_WHOLE]))


PUBLIC: Final = ("93.184.215.14", "1.1.1.1", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "64:ff9b::5db8:d70e")
"""Machines that may be called; the last is the first as a network without IPv4 sees it."""

OWN: Final = (
    "10.0.0.0", "10.255.255.255", "172.16.0.1", "172.31.255.255", "192.168.0.1", "192.168.255.255", "100.64.0.1", "100.127.255.255", "127.0.0.1",
    "127.1.2.3", "127.255.255.255", "::1", "fc00::1", "fd12:3456:789a::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1",
)  # fmt: skip
"""Machines in networks of one's own: only where those are allowed."""

NEVER: Final = (
    "169.254.169.254", "169.254.170.2", "169.254.0.1", "168.63.129.16", "100.100.100.200", "192.0.0.192", "fd00:ec2::254", "fd00:ec2::123", "fd20:ce::254",
    "fe80::1", "fe80::a9fe:a9fe", "fe80::1%1", "febf::1", "fec0::1", "0.0.0.0", "0.1.2.3", "192.0.0.1", "192.0.2.1", "192.88.99.1", "198.18.0.1",
    "198.19.255.255", "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255", "::", "::7f00:1", "::ffff:169.254.169.254",
    "::ffff:0:7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::a9fe:a9fe", "100::1", "2001::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:2::1", "2001:10::1", "2001:20::1",
    "2001:db8::1", "2002:7f00:1::1", "2002:a9fe:a9fe::1", "2002:5db8:d70e::1", "3fff::1", "5f00::1", "4000::1", "ff02::1", "ff0e::1",
    "2606:2800:21f:cb07:0:5efe:7f00:1", "2606:2800:21f:cb07:200:5efe:a00:1",
)  # fmt: skip
"""Machines that nobody may call, whatever is allowed."""
