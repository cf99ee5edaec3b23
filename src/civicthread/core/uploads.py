"""How much one request may bring in files: without a limit, anyone could fill the disk before a view looks."""

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest


class Bounded(FileUploadHandler):
    """Stops reading files beyond UPLOAD_BYTES and says so on the request; what was read so far is dropped."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:  # noqa: ARG002  # Django's signature
        """Pass the bytes on to the next handler, as long as there may be more."""
        self.received += len(raw_data)
        if self.received > settings.UPLOAD_BYTES:
            request: Any = self.request
            request.upload_too_large = True
            raise StopUpload(connection_reset=False)
        return raw_data

    def file_complete(self, file_size: int) -> None:  # noqa: ARG002  # the next handler has the file
        return None


def is_too_large(request: HttpRequest) -> bool:
    """Whether the request brought more than it may."""
    _parsed = request.FILES
    return getattr(request, "upload_too_large", False)
