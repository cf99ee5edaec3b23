"""Reading answers as a browser does."""

from django.http import HttpResponseBase


def content_of(answer: HttpResponseBase) -> bytes:
    """The whole content; the file behind a download is closed, as the server would."""
    content: bytes = b"".join(answer.streaming_content) if answer.streaming else answer.content
    for close in answer._resource_closers:  # close() itself would also end the test's database connection
        close()
    return content
