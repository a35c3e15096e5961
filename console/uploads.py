"""A file on its way in goes to disk, never into memory, and stops at the largest size that can be read."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.files.uploadhandler import FileUploadHandler, StopUpload, TemporaryFileUploadHandler
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from reconciliation.bank.errors import StatementRefused
from reconciliation.bank.formats.limits import LIMITS


class Quota(FileUploadHandler):
    """Counts bytes as they come: a length that the sender states is believed only when it is too large."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.too_large = False
        self._seen = 0

    def new_file(self, *args: Any, **named: Any) -> None:
        super().new_file(*args, **named)
        if self._stated() > LIMITS.max_bytes + 1_000_000:
            self._stop()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self._seen += len(raw_data)
        if self._seen > LIMITS.max_bytes:
            self._stop()
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None

    def _stated(self) -> int:
        stated = str(self.request.META.get("CONTENT_LENGTH", "")) if self.request else ""
        return int(stated) if stated.isascii() and stated.isdigit() else 0

    def _stop(self) -> None:
        self.too_large = True
        # The rest is read and thrown away: a connection closed in the middle shows as a broken page, not as an answer.
        raise StopUpload(connection_reset=False)


def streamed(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The view takes a file. Handlers must stand before anything reads the form, so the token is checked in here.

    Raises StatementRefused (too_large)."""

    @csrf_protect
    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        request.FILES  # noqa: B018 - reads the form to its end, which is what the quota watches
        if any(isinstance(h, Quota) and h.too_large for h in request.upload_handlers):
            raise StatementRefused("too_large", f"the file is larger than {LIMITS.max_bytes // 1_048_576} MiB")
        return view(request, *args, **named)

    @csrf_exempt
    @wraps(view)
    def entered(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        request.upload_handlers = [Quota(request), TemporaryFileUploadHandler(request)]
        return checked(request, *args, **named)

    return entered
