"""The program's addresses, and beside them what a plain Django view makes of the same finds."""

import time
from functools import cache
from typing import Any

import orjson
from bson import json_util
from django.http import HttpRequest, HttpResponse
from django.urls import path

from customers.records import profiles
from efi import urls
from efi.reading import generations
from efi.writing import bus
from efi.writing.commands import Receipt
from readmodels.product_catalog import INTERNAL, LISTED, NAME
from tests.bench.settings import FINDS

acknowledged: dict[str, int] = {}


@cache
def finds(row: str) -> list[Any]:
    """The very finds that the program's own views make for the requests they are compared on, by number."""
    found: list[Any] = json_util.loads(FINDS.with_suffix(f".{row}").read_text())
    return found


def floor_list(request: HttpRequest, number: int) -> HttpResponse:
    find = finds("list")[number]
    documents = generations.live(NAME).documents.find(find["where"], LISTED).sort(find["sort"]).limit(find["limit"])
    return HttpResponse(orjson.dumps({"data": list(documents)}), content_type="application/json")


def floor_search(request: HttpRequest, number: int) -> HttpResponse:
    documents, find = generations.live(NAME).documents, finds("search")[number]
    rows, counts = (list(documents.aggregate(find[name], **find["hint"])) for name in ("rows", "counts"))
    return HttpResponse(orjson.dumps({"data": rows, "counts": counts}), content_type="application/json")


def floor_detail(request: HttpRequest, number: int) -> HttpResponse:
    document = generations.live(NAME).documents.find_one(finds("detail")[number], INTERNAL)
    return HttpResponse(orjson.dumps({"data": document}), content_type="application/json")


def floor_profile(request: HttpRequest) -> HttpResponse:
    if not request.user.is_authenticated:
        return HttpResponse(status=401)
    document = generations.live(profiles.NAME).stored.find_one({"_id": str(request.user.pk)})
    return HttpResponse(orjson.dumps({"data": document}), content_type="application/json")


def acknowledgements(request: HttpRequest) -> HttpResponse:
    """When this process had the log's word for each commit, in nanoseconds of the machine's monotonic clock."""
    return HttpResponse(orjson.dumps(acknowledged), content_type="application/json")


def _note(*, receipt: Receipt, **_: object) -> None:
    at = time.monotonic_ns()
    acknowledged.update({f"{stream} {version}": at for stream, version in receipt.streams.items()})


bus.committed.connect(_note)
urlpatterns = [
    *urls.urlpatterns,
    path("floor/list/<int:number>", floor_list),
    path("floor/search/<int:number>", floor_search),
    path("floor/detail/<int:number>", floor_detail),
    path("floor/profile", floor_profile),
    path("floor/acknowledgements", acknowledgements),
]
handler400, handler403, handler404, handler500 = urls.handler400, urls.handler403, urls.handler404, urls.handler500
