"""Forty texts that would run where a page took them for more than texts, and a grid that is made of them."""

from __future__ import annotations

from marshmallow import Schema, ValidationError, fields
from marshmallow.validate import ContainsOnly, OneOf

ELSEWHERE = "http://evil.test/"

PAYLOADS = [
    "<script>hit()</script>",
    "<ScRiPt>hit()</sCrIpT>",
    "</script><script>hit()</script>",
    "</textarea><script>hit()</script>",
    "</title><script>hit()</script>",
    "</style><script>hit()</script>",
    "<!--><script>hit()</script>",
    "]]><script>hit()</script>",
    "<script src=http://evil.test/x.js></script>",
    "<script type=module>import 'http://evil.test/x.js'</script>",
    "<img src=x onerror=hit()>",
    "<img src=http://evil.test/x.png>",
    '"><img src=x onerror=hit()>',
    "'><img src=x onerror=hit()>",
    "`><img src=x onerror=hit()>",
    "<img/src=x/onerror=hit()>",
    "<<img src=x onerror=hit()>>",
    "&lt;img src=x onerror=hit()&gt;",
    "&#60;img src=x onerror=hit()&#62;",
    "\\u003cimg src=x onerror=hit()\\u003e",
    "%3Cimg%20src=x%20onerror=hit()%3E",
    "<svg onload=hit()>",
    "<svg><script>hit()</script></svg>",
    "<svg><animate onbegin=hit() attributeName=x dur=1s>",
    "<math><mtext><table><mglyph><style><img src=x onerror=hit()>",
    "<iframe src=javascript:hit()></iframe>",
    "<iframe srcdoc='<script>parent.hit()</script>'></iframe>",
    "<object data=javascript:hit()></object>",
    "<body onload=hit()>",
    "<details open ontoggle=hit()>x</details>",
    "<input autofocus onfocus=hit()>",
    "<a href=javascript:hit()>x</a>",
    '" onmouseover="hit()" x="',
    "' onfocus='hit()' autofocus='",
    "javascript:hit()",
    "<base href=http://evil.test/>",
    "<meta http-equiv=refresh content='0;url=http://evil.test/'>",
    "<link rel=stylesheet href=http://evil.test/x.css>",
    "{{constructor.constructor('hit()')()}}",
    "${hit()}#{hit()}<%= hit() %>",
]

# Where somebody would go who clicks: none of these must become a link.
NO_LINKS = [
    "javascript:hit()",
    "JaVaScRiPt:hit()",
    " javascript:hit()",
    "java\tscript:hit()",
    "javascript://example.org/%0ahit()",
    "data:text/html,<script>opener.hit()</script>",
    "vbscript:hit()",
    "//evil.test/",
    "\\\\evil.test\\",
    "file:///etc/passwd",
    "blob:http://evil.test/x",
    "view-source:http://evil.test/",
]

# These may: web addresses, whatever else stands in them.
LINKS = [
    "https://example.org/?q=<script>hit()</script>",
    "https://example.org/#javascript:hit()",
    "https://example.org/'onmouseover='hit()",
]


def judged(value: str) -> None:
    """A refusal that says what it refuses, as a careless rule may."""
    if value.startswith("refuse "):
        raise ValidationError(f"Not {value}")


class InnerSchema(Schema):
    one = fields.String(metadata={"label": PAYLOADS[10]})


class PayloadSchema(Schema):
    class Meta:
        grid = "payloads"
        title = f"Grid {PAYLOADS[0]}"

    title = fields.String(required=True)
    number = fields.Integer()
    words = fields.String(validate=judged, metadata={"label": PAYLOADS[12]})
    notes = fields.String(metadata={"type": "long_text"})
    choice = fields.String(validate=OneOf(PAYLOADS))
    choices = fields.List(fields.String(), validate=ContainsOnly(PAYLOADS))
    items = fields.List(fields.String())
    whole = fields.Nested(InnerSchema)
    mail = fields.Email()
    link = fields.Url()
