"""Pictures as browsers fetch them."""

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest
from django.urls import path
from django.views.decorators.http import require_safe

from catalog import pictures

FOR_GOOD = "public, max-age=31536000, immutable"


@require_safe
def picture(request: HttpRequest, folder: str, digest: str, width: int) -> FileResponse:
    """One size of a picture. Its address is made of what it shows, so that it may be kept for good."""
    file = pictures.file_of(f"{folder}/{digest}", width)
    if width not in pictures.WIDTHS or not pictures.NAME.fullmatch(f"{folder}/{digest}"):
        raise Http404
    if not default_storage.exists(file):
        raise Http404
    headers = {"Cache-Control": FOR_GOOD, "Content-Security-Policy": "default-src 'none'"}
    return FileResponse(default_storage.open(file), content_type="image/webp", headers=headers)


urlpatterns = [path("media/<str:folder>/<str:digest>-<int:width>.webp", picture)]
