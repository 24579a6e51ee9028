"""What sending a document would do, without doing it: POST /v1/tenants/{tenant}/{collection}/{id}/preview."""

from ledgerlink.api.http import Answer, Request, http_handler
from ledgerlink.api.preview_shapes import preview_shape
from ledgerlink.domain.ids import DocumentKey
from ledgerlink.wiring import wiring


@http_handler
def lambda_handler(request: Request) -> Answer:
    """200 with the preview of the stored document or of the body; ``by_hand=true`` as if a person sent it."""
    key = DocumentKey(request.tenant_id, request.collection, request.path["id"])
    content = request.json() if request.body() else None
    return Answer(200, preview_shape(wiring().previewer.preview(key, content, by_hand=request.switch("by_hand"))))
