"""The portal's styles and scripts, and connect.js for the vendor's own pages, for everybody."""

from ledgerlink.api.http import Answer, Request, http_handler
from ledgerlink.errors import NotFound
from ledgerlink.pages.assets import CONTENT_TYPES, asset_names, digest, read_asset

FOR_EVER = "public, max-age=31536000, immutable"
FOR_AN_HOUR = "public, max-age=3600"
"""At an address that stays while its content changes, and for a page that is older than the last deployment."""


@http_handler
def lambda_handler(request: Request) -> Answer:
    """200 with the file."""
    name = request.path.get("name", "connect.js")
    if name not in asset_names():
        raise NotFound("There is no such file.")
    kept = FOR_EVER if request.path.get("digest") == digest() else FOR_AN_HOUR
    headers = {"Cache-Control": kept, "Cross-Origin-Resource-Policy": "cross-origin"}
    content_type = CONTENT_TYPES["." + name.rpartition(".")[2]]
    return Answer(200, read_asset(name), headers, content_type=content_type)
