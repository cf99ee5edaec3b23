"""What a browser may do in Wagtail's back office, whose scripts stand partly in its pages."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

BACK_OFFICE = "/cms/"
# Nothing from another host, and nothing framed elsewhere; the preview is a frame of the back office itself.
POLICY = (
    "default-src 'none'; "
    "script-src 'self' 'unsafe-inline'; "
    "style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; "
    "font-src 'self'; "
    "connect-src 'self'; "
    "frame-src 'self'; "
    "form-action 'self'; "
    "base-uri 'none'; "
    "frame-ancestors 'self';"
)


def back_office_policy(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Give each answer of the back office its policy."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.path_info.startswith(BACK_OFFICE):
            # A preview comes with the policy of a public page, which no frame may hold.
            response["Content-Security-Policy"] = POLICY
        return response

    return middleware
