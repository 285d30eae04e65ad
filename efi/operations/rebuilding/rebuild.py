"""Builds a read model anew beside the one that serves, compares the two, and switches over; or switches back."""

import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice, pairwise

import pymongo
from pymongo import IndexModel

from efi.delivery import broker, forgetting
from efi.domain.errors import Conflict, NotFound
from efi.log import event_store
from efi.operations.rebuilding import builds, comparing, generation_list, scanning
from efi.operations.rebuilding.builds import Build
from efi.operations.rebuilding.scanning import Span
from efi.operations.rebuilding.worker_pool import ShareWork, workers
from efi.reading import failures, followers, freshness, generation_names, generations, mirrors, progress
from efi.reading.projections import READ_MODELS, Generation, ReadModel

Report = Callable[[str, int, int], None]
"""Called with the step, and how much of how much of it is done: commits, or spans of the log."""
INDEXES_TAKE = 3600
"""Seconds that making indexes may take."""
INDEXES_AT_ONCE = 3
MARGIN = 0.3
MOST_NAMED = 20


class Differs(Conflict):
    """The generation that was built is not right; the one that serves goes on."""


def model_of(name: str) -> ReadModel:
    """Returns the read model of a name; raises `NotFound` if there is none."""
    if name not in READ_MODELS:
        raise NotFound(f"there is no read model {name}; there are {', '.join(sorted(READ_MODELS))}")
    return READ_MODELS[name]


def rebuild(name: str, report: Report, *, jobs: int = 1, force: bool = False, anew: bool = False) -> Generation:
    """Builds a generation, or goes on with one that was begun unless `anew`; returns it once it serves.

    With `force` nothing is compared. Raises `Conflict` if another process is at it, and `Differs` if it is not right.
    """
    model = model_of(name)
    with workers(jobs) as share, builds.held(model) as build:
        generation, spans = _begun(build, anew=anew)
        if generation_list.live_name(model) != generation.name:
            _scan(build, share, generation, spans, report)
            _index(build, generation, jobs, report)
            _sweep(build, share, generation, spans, report)
            if not force:
                _compare(build, share, generation, spans, report)
            _fill(build, generation, report)
            _switch(build, generation)
        _complete(build, share, generation, spans, report)
        forgetting.erase_again(build.kept["begun_at"])
        build.write({}, ("$unset", {build.path: ""}))
    return generation


def back(name: str, report: Report, *, jobs: int = 1) -> Generation:
    """Lets the previous generation serve again, which makes the present one the previous.

    Completes a way back begun earlier.
    """
    model = model_of(name)
    with workers(jobs) as share, builds.held(model) as build:
        serving, spans = generation_list.live_name(model), scanning.spans(model)
        if serving is not None and serving == build.kept.get("back"):
            generation = Generation(model, serving)
        else:
            generation = _before(model)
            _bind(generation)
            _sweep(build, share, generation, spans, report)
            _fill(build, generation, report)
            build.write({"back": generation.name})
            _switch(build, generation)
        _complete(build, share, generation, spans, report)
        build.write({}, ("$unset", {f"{build.path}.back": ""}))
    return generation


def _before(model: ReadModel) -> Generation:
    kept = generation_list.previous_name(model)
    if kept is None:
        raise NotFound(f"{model.name} has no generation to go back to")
    return Generation(model, kept)


def _begun(build: Build, *, anew: bool) -> tuple[Generation, list[Span]]:
    model, kept = build.model, build.kept
    served = generation_list.live_name(model)
    if "generation" in kept and (not anew or kept["generation"] == served):
        generation, edges = Generation(model, kept["generation"]), kept["edges"]
        spans = [Span(*edge) for edge in pairwise(edges)]
    else:
        if "generation" in kept:
            generation_list.drop(Generation(model, kept["generation"]))
        generation, spans = Generation(model, generation_names.draw(model.name)), scanning.spans(model)
        edges = ["", *(span.end for span in spans)]
        begun = {"generation": generation.name, "edges": edges, "done": [], "commits": 0, "begun_at": event_store.now()}
        build.write({**begun, "total": scanning.count(model)})
        build.kept |= begun
    build.write({"since": event_store.now(), "before": build.kept["commits"], "said": ""})
    if generation.name != served:
        _bind(generation)
    return generation, spans


def _bind(generation: Generation) -> None:
    """Declares the queue of a generation, which keeps from now on what it must be told."""
    broker.declare(followers.of_generation(generation))
    progress.start_hearing(generation.name, generation.model.kinds, generation.model.lane)


def _scan(build: Build, share: ShareWork, generation: Generation, spans: list[Span], report: Report) -> None:
    number = {span: place for place, span in enumerate(spans)}
    left = [span for span in spans if number[span] not in build.kept["done"]]
    total, commits = scanning.count(generation.model), build.kept["commits"]
    report("scanning", commits, total)
    for span, read in share(scanning.scan, [generation], left):
        commits += read["commits"]
        done = {f"{build.path}.done": number[span]}
        build.write({"step": "scanning", "commits": commits, "total": total}, ("$push", done))
        report("scanning", commits, total)


def _index(build: Build, generation: Generation, jobs: int, report: Report) -> None:
    """Makes the indexes after the scan: while it writes, each would have to be updated with every document."""
    build.write({"step": "indexing"})
    report("indexing", 0, 1)
    models = [IndexModel(index) for index in generation.model.indexes]
    some = min(jobs, INDEXES_AT_ONCE)
    shares = [share for share in (models[first::some] for first in range(some)) if share]
    with ThreadPoolExecutor(some) as threads:
        list(threads.map(lambda share: _make_indexes(generation, share), shares))
    report("indexing", 1, 1)


def _make_indexes(generation: Generation, indexes: list[IndexModel]) -> None:
    with pymongo.timeout(INDEXES_TAKE):
        generation.stored.create_indexes(indexes)


def _sweep(build: Build, share: ShareWork, generation: Generation, spans: list[Span], report: Report) -> None:
    """Afterwards it is complete up to when this began."""
    build.write({"step": "sweeping"})
    before = freshness.present()
    event_store.settle()
    for done, _ in enumerate(share(scanning.sweep, [generation], spans), 1):
        report("sweeping", done, len(spans))
    progress.clear(generation.name, before)


def _compare(build: Build, share: ShareWork, generation: Generation, spans: list[Span], report: Report) -> None:
    """Compares with the generation that serves, or a sample with the log if none does; raises `Differs`."""
    build.write({"step": "comparing"})
    serving = generation_list.live_name(generation.model)
    if serving is None:
        suspects = comparing.sample(generation)
    else:
        both, suspects = [generation, Generation(generation.model, serving)], []
        for done, (_, apart) in enumerate(share(comparing.apart, both, spans), 1):
            suspects += apart
            report("comparing", done, len(spans))
    report("judging", 0, 1)
    wrong = list(islice(_wrong(generation, suspects), MOST_NAMED))
    if wrong:
        raise Differs("\n".join([f"{generation.name} is not what it must be, and does not serve:", *wrong]))
    report("judging", 1, 1)


def _wrong(generation: Generation, suspects: Iterable[str]) -> Iterator[str]:
    failing, most = failures.count(generation.name), generation_list.failing(generation.model)
    if most is not None and failing > most:
        yield f"{failing} streams cannot be folded, and {most} in what serves"
    yield from comparing.differences(generation, suspects)


def _fill(build: Build, generation: Generation, report: Report) -> None:
    build.write({"step": "filling"})
    used = mirrors.of(generation.model.name)
    for done, mirror in enumerate(used, 1):
        mirror.fill(generation)
        report("filling", done, len(used))


def _switch(build: Build, generation: Generation) -> None:
    """Switches over in one write. Until the next sweep the generation counts as complete up to the sweep before."""
    complete = freshness.read([generation.name]).as_of
    progress.enter([generation.name], complete)
    version, before = generation.model.version, generation_list.live_name(generation.model)
    pointed = {f"generations.{version}": generation.name}
    if before:
        pointed[f"previous.{version}"] = before
    replaced = generation_list.previous_name(generation.model)
    build.write({"step": "switched"}, ("$set", pointed))
    generations.forget()
    if replaced not in (None, generation.name):
        generation_list.drop(Generation(generation.model, str(replaced)))


def _complete(build: Build, share: ShareWork, generation: Generation, spans: list[Span], report: Report) -> None:
    """Waits until every process feeds the generation, then sweeps: this finds what only the previous one was told."""
    generations.place_view(generation)
    time.sleep(generations.REREAD + MARGIN)
    if before := generation_list.previous_name(generation.model):
        generation_list.retire(before)
    _bind(generation)
    _sweep(build, share, generation, spans, report)
    _fill(build, generation, report)
