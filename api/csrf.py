"""Cross-site requests are told by what the browser itself says, without tokens in forms.

The rule is that of datasette's ``csrf.py``: every current browser sends ``Sec-Fetch-Site`` with a request that
changes something; older ones send ``Origin``. A request with neither does not come from a page (a program with a
token), and the session cookie is ``SameSite=Strict`` besides.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


def is_cross_site(method: str, headers: Mapping[str, str]) -> bool:
    """Tell whether a browser sends this on behalf of another site.

    Args:
        method: of the request, upper case.
        headers: by lower-case name.
    """
    if method in SAFE_METHODS:
        return False
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in {"same-origin", "none"}
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != headers.get("host", "")
