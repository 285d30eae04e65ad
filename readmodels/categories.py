"""The tree of categories, and how many products on sale each set of categories has (docs/domain.md#categories)."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain

from catalog.events import ProductCategorised, ProductCreated, ProductOffered, tree
from catalog.events.states import status_after
from catalog.values import SELLABLE, Offer, Status
from efi.domain.errors import NotFound
from efi.domain.events import Event
from efi.log.event_store import Commit
from efi.log.mongo import Document
from efi.reading.freshness import Freshness
from efi.reading.projections import Generation, Tally, projects
from efi.runtime.process_cache import ProcessCache
from readmodels.misspelling import is_near, may_be_misspelt
from readmodels.pictures import pictured
from readmodels.wording import Word, words_of_names

TREE = "categories"
COUNTS = "category_counts"
Crumb = dict[str, str]


def no_categories() -> Document:
    return {"nodes": {}}


@projects(TREE, streams=("categories",), version=2, empty=no_categories)
def fold_tree(document: Document, event: Event, commit: Commit) -> None:
    """Takes an event of the tree into its categories."""
    tree.fold(document["nodes"], event)


def uncategorised() -> Document:
    """Returns a draft in no category."""
    return {"status": Status.DRAFT, "offer": Offer.REGULAR, "category_ids": []}


def contributes(fact: Document) -> dict[str, dict[str, int]]:
    """Counts a product on sale once, under the set of its categories."""
    return {"|".join(sorted(fact["category_ids"])): {"products": 1}} if fact["status"] in SELLABLE else {}


@projects(
    COUNTS,
    streams=("product",),
    version=5,
    shape=Tally,
    empty=uncategorised,
    contributes=contributes,
    indexes=([("products", 1)],),
)
def fold_counts(fact: Document, event: Event, commit: Commit) -> None:
    """Takes an event of a product into its status and its categories."""
    fact["status"] = status_after(event, fact["status"], fact["offer"])
    match event:
        case ProductCreated() | ProductCategorised():
            fact["category_ids"] = list(map(str, event.category_ids))
        case ProductOffered():
            fact["offer"] = event.offer


@dataclass
class Tree:
    """The categories as they stood at one revision of their document, without those that are hidden."""

    revision: int
    updated_at: datetime | None
    nodes: Mapping[str, Document]
    children: dict[str | None, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        lines = {identity: tree.line(self.nodes, identity) for identity in self.nodes}
        active = {identity for identity, line in lines.items() if all(self.nodes[step]["active"] for step in line)}
        self.hidden = self.nodes.keys() - active
        self.nodes = {identity: node for identity, node in self.nodes.items() if identity in active}
        for identity, node in self.nodes.items():
            self.children.setdefault(node["parent"], []).append(identity)
        self.by_slug = {node["slug"]: identity for identity, node in self.nodes.items()}
        self.lines = {identity: lines[identity] for identity in self.nodes}
        self.crumbs = {identity: self._crumb(identity) for identity in self.nodes}
        self.words = {identity: words_of_names(node["name"]) for identity, node in self.nodes.items()}

    def identity_of(self, slug: str) -> str:
        """Raises `NotFound` for a slug that no category has."""
        if slug not in self.by_slug:
            raise NotFound(f"there is no category {slug[:200]}")
        return self.by_slug[slug]

    def branch(self, slug: str) -> set[str]:
        """Returns a category and all below it."""
        top = self.identity_of(slug)
        return {identity for identity, line in self.lines.items() if top in line}

    def called(self, word: Word) -> set[str]:
        """Returns the categories of which a word of the name begins like this one, and all below them."""
        named = {identity for identity, said in self.words.items() if _begun(word, said)}
        return {identity for identity, line in self.lines.items() if named.intersection(line)}

    def like(self, word: Word) -> Word:
        """Returns the word, standing for those in categories' names that are nearly the same; there may be none."""
        names = self.words.values() if may_be_misspelt(word.typed) else ()
        return replace(word, begun=tuple(sorted({one for said in names for one in said if is_near(one, word.typed)})))

    def named(self, words: Sequence[Word]) -> list[Document]:
        """Returns the categories in whose name each of these words begins one, in the order of the tree.

        Where there are none, those in whose name any does.
        """
        for enough in (all, any):
            found = [identity for identity, said in self.words.items() if enough(_begun(word, said) for word in words)]
            if found:
                break
        return [self.crumbs[identity] for identity in found]

    def totals(self, sets: Mapping[str, int]) -> Counter[str]:
        """Counts for each category the products of its branch: a set that touches a branch counts in it once."""
        found: Counter[str] = Counter()
        for key, products in sets.items():
            lines = (self.lines.get(identity, ()) for identity in key.split("|"))
            found.update(dict.fromkeys(set(chain.from_iterable(lines)), products))
        return found

    def shown(self, totals: Mapping[str, int], root: str | None = None) -> list[Document]:
        """Returns the branches below `root`, each with how many products on sale it has."""
        return [self.one(identity, totals) for identity in self.children.get(root, [])]

    def branches(self, totals: Mapping[str, int], root: str | None = None) -> Iterator[Document]:
        """Yields those with any products, from the top down, each with the slug of the one above it."""
        for identity in self.children.get(root, []):
            if totals[identity]:
                named = self._named(identity)
                above = self.nodes[root]["slug"] if root else None
                yield {"value": named["slug"], "name": named["name"], "parent": above, "count": totals[identity]}
            yield from self.branches(totals, identity)

    def one(self, identity: str, totals: Mapping[str, int]) -> Document:
        node = self.nodes[identity]
        named = {"id": identity, **self._named(identity), "description": node["description"]}
        about = {"picture": pictured(node["picture"]), "count": totals.get(identity, 0)}
        return {**named, **about, "children": self.shown(totals, identity)}

    def _crumb(self, identity: str) -> Document:
        return {**self._named(identity), "path": [self._named(step) for step in self.lines[identity]]}

    def _named(self, identity: str) -> Crumb:
        return {"slug": self.nodes[identity]["slug"], "name": self.nodes[identity]["name"]}


def _begun(word: Word, said: Iterable[str]) -> bool:
    return any(one.startswith(word.begun) for one in said)


NO_TREE = Tree(0, None, {})
trees = ProcessCache[str, Tree]()
counts = ProcessCache[str, tuple[dict[str, int], datetime | None]]()


def tree_of(generation: Generation, fresh: Freshness) -> Tree:
    return trees.get(generation.name, lambda kept: _newer(generation, kept or NO_TREE), since=fresh.read_at)


def _newer(generation: Generation, kept: Tree) -> Tree:
    """Returns the tree as its document has it, or the one that is kept while the revision is the same."""
    document = generation.documents.find_one({"_id": TREE, "_rev": {"$ne": kept.revision}})
    return Tree(document["_rev"], document["_updated_at"], document["nodes"]) if document else kept


def counted(generation: Generation, fresh: Freshness) -> tuple[dict[str, int], datetime | None]:
    """Returns products on sale by set of categories, and when the newest of what was counted was recorded."""
    return counts.get(generation.name, lambda _: _count(generation), since=fresh.read_at)


def _count(generation: Generation) -> tuple[dict[str, int], datetime | None]:
    """Sets that no product on sale has any more are passed over."""
    tallies = generation.documents.find({"products": {"$gt": 0}}, {"products": 1, "_updated_at": 1}).to_list()
    newest = max((tally["_updated_at"] for tally in tallies), default=None)
    return {tally["_id"]: tally["products"] for tally in tallies}, newest
