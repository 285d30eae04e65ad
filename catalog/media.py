"""Pictures as browsers fetch them."""

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest
from django.urls import path
from django.views.decorators.http import require_safe

from catalog import pictures
from efi.http.cache_control import public

FOR_GOOD = "public, max-age=31536000, immutable"


@require_safe
def picture(request: HttpRequest, folder: str, digest: str, width: int) -> FileResponse:
    """Answers with one size of a picture, which may be cached for good: its address depends on its content."""
    file = pictures.file_of(f"{folder}/{digest}", width)
    if width not in pictures.WIDTHS or not pictures.NAME.fullmatch(f"{folder}/{digest}"):
        raise Http404
    if not default_storage.exists(file):
        raise Http404
    headers = {"Content-Security-Policy": "default-src 'none'"}
    return public(FileResponse(default_storage.open(file), content_type="image/webp", headers=headers), FOR_GOOD)


urlpatterns = [path("media/<str:folder>/<str:digest>-<int:width>.webp", picture)]
