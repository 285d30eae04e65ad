"""The shape of the code that no import shows, each rule seen to find what it forbids."""

import ast
import inspect
import io
import sys
import textwrap
import tokenize
from dataclasses import fields
from pathlib import Path
from types import ModuleType
from uuid import UUID

import pytest
from django.apps import apps
from django.db import models
from django.test.utils import isolate_apps

from efi.domain.aggregate import AGGREGATES
from efi.domain.events import EVENTS
from efi.reading.projections import READ_MODELS
from efi.writing.commands import HANDLERS, Command, Handled, command
from tests.contracts import apps_in

ROOT = Path(__file__).parents[2]
KERNEL = ROOT / "efi"
MOST_LINES = 2_950
CONTEXTS = {*apps_in(ROOT, ROOT / "tests" / "contexts"), "ordering", "customers", "analytics"} - {"efi"}
ROOMS_OF_THE_KERNEL = ("domain", "log", "writing", "reading")
"""The log, and what writes and reads it; the other rooms are the project around it."""
CHANGING = {"add", "append", "clear", "discard", "extend", "insert", "pop", "popitem", "remove", "setdefault", "update"}
CLOCKS = {"monotonic", "now", "today", "utcnow", "uuid1", "uuid4", "uuid7"}
OF_ITS_STATE = (ast.Attribute, ast.Subscript)
OF_OURS = [kind for kind in AGGREGATES.values() if kind.__module__.startswith(tuple(CONTEXTS))]


def called(thing):
    return getattr(thing, "__name__", str(thing))


def that_evolve():
    """Returns the aggregates of all contexts and the parts that they are made of, such as a lot of a product's stock."""
    rooms = tuple(f"{context}.domain" for context in CONTEXTS)
    modules = [module for name, module in sys.modules.items() if name.startswith(rooms)]
    kinds = [kind for module in modules for kind in vars(module).values() if inspect.isclass(kind)]
    return sorted({kind for kind in kinds if "evolve" in vars(kind) and kind.__module__.startswith(rooms)}, key=str)


def source(thing):
    return ast.parse(textwrap.dedent(inspect.getsource(thing)))


class TestAggregates:
    def changes_outside_evolve(self, tree):
        verbs = [verb for verb in ast.walk(tree) if isinstance(verb, ast.FunctionDef) and verb.name != "evolve"]
        return [ast.unparse(node) for verb in verbs for node in ast.walk(verb) if self.changes(node)]

    def changes(self, node):
        """An assignment to anything but a local name, or a call that changes something of the aggregate's own."""
        match node:
            case ast.Assign() | ast.AugAssign() | ast.AnnAssign() | ast.Delete():
                targets = getattr(node, "targets", None) or [node.target]
                return any(isinstance(part, OF_ITS_STATE) for target in targets for part in ast.walk(target))
            case ast.Call(func=ast.Attribute(value=ast.Attribute(), attr=name)):
                return name in CHANGING
        return False

    def guards_within_evolve(self, tree):
        [evolve] = [verb for verb in ast.walk(tree) if isinstance(verb, ast.FunctionDef) and verb.name == "evolve"]
        return [ast.unparse(node) for node in ast.walk(evolve) if isinstance(node, ast.Raise | ast.Assert | ast.Try)]

    def clocks(self, tree):
        return [ast.unparse(call) for call in ast.walk(tree) if isinstance(call, ast.Call) and named(call) in CLOCKS]

    @pytest.mark.parametrize("kind", that_evolve(), ids=called)
    def test_an_aggregate_changes_in_evolve_alone(self, kind):
        assert self.changes_outside_evolve(source(kind)) == []

    @pytest.mark.parametrize("kind", that_evolve(), ids=called)
    def test_evolve_takes_every_fact(self, kind):
        assert self.guards_within_evolve(source(kind)) == []

    @pytest.mark.parametrize("kind", OF_OURS, ids=called)
    def test_an_aggregate_never_asks_the_clock_and_draws_no_ids(self, kind):
        assert self.clocks(source(inspect.getmodule(kind))) == []

    def test_every_aggregate_is_among_those_that_evolve(self):
        assert set(OF_OURS) <= set(that_evolve())

    def test_a_part_that_evolves_is_found(self, monkeypatch):
        planted = ModuleType("tavern.domain.planted")
        exec("class Tap:\n    def evolve(self, event): pass\nclass Spile: pass", vars(planted))
        monkeypatch.setitem(sys.modules, planted.__name__, planted)
        assert planted.Tap in that_evolve()
        assert planted.Spile not in that_evolve()

    @pytest.mark.parametrize(
        "line",
        [
            "self.price = price",
            "self.price, other = price, 1",
            "self.lots[lot_id] = lot",
            "lot.remaining -= 1",
            "self.lots[lot_id].remaining: int = 1",
            "del self.lots[lot_id]",
            "self.category_ids.append(category_id)",
            "self.lots.pop(lot_id)",
        ],
    )
    def test_a_change_in_a_verb_is_found(self, line):
        planted = ast.parse(
            f"class Product:\n    def verb(self):\n        {line}\n    def evolve(self, event):\n        {line}"
        )
        assert len(self.changes_outside_evolve(planted)) == 1

    @pytest.mark.parametrize("line", ["raise Rejected('no')", "assert self.listed", "try: pass\n        finally: pass"])
    def test_a_guard_in_evolve_is_found(self, line):
        planted = ast.parse(f"class Product:\n    def evolve(self, event):\n        {line}")
        assert self.guards_within_evolve(planted)

    @pytest.mark.parametrize("line", ["datetime.now(UTC)", "date.today()", "uuid4()", "uuid.uuid4()"])
    def test_a_clock_is_found(self, line):
        assert self.clocks(ast.parse(line)) == [line]


class TestEventsAndCommands:
    @pytest.mark.parametrize("kind", [*EVENTS.values(), *HANDLERS], ids=called)
    def test_events_and_commands_cannot_be_changed_and_say_what_is_what(self, kind):
        assert kind.__dataclass_params__.frozen
        assert all(field.kw_only for field in fields(kind))

    @pytest.mark.parametrize("kind", HANDLERS, ids=called)
    def test_a_handler_stands_beside_its_command_and_bears_its_name(self, kind):
        handled = HANDLERS[kind]
        assert (handled.handler.__module__, handled.handler.__name__) == (kind.__module__, handled.name)

    @pytest.mark.parametrize("kind", HANDLERS, ids=called)
    def test_a_command_creates_something_or_says_what_it_is_about(self, kind):
        assert HANDLERS[kind].creates or HANDLERS[kind].subject

    def test_a_command_that_says_nothing_of_what_it_is_about_is_found(self):
        @command
        class Planted(Command):
            """Has an id, but not as its subject."""

            product_id: UUID

        with pytest.raises(LookupError):
            assert Handled(Planted, lambda *_: None, transaction=False, creates=False).subject

    @pytest.mark.parametrize("kind", HANDLERS, ids=called)
    def test_a_handler_decides_nothing_about_the_business(self, kind):
        assert not any(isinstance(node, ast.Raise | ast.Try) for node in ast.walk(source(HANDLERS[kind].handler)))


class TestFolds:
    def impure(self, tree):
        """What a fold does besides folding."""
        return [
            ast.unparse(node)
            for node in ast.walk(tree)
            if isinstance(node, ast.Try | ast.Raise | ast.Import | ast.ImportFrom)
            or (isinstance(node, ast.Call) and named(node) in CLOCKS | {"find", "find_one", "dispatch", "live"})
        ]

    @pytest.mark.parametrize("name", READ_MODELS)
    def test_a_fold_never_catches_looks_up_or_asks_the_clock(self, name):
        model = READ_MODELS[name]
        assert [self.impure(source(step)) for step in (model.fold, model.derive) if step] in ([[]], [[], []])

    @pytest.mark.parametrize(
        "line", ["datetime.now(UTC)", "collection('x').find_one({})", "dispatch(order)", "try: pass\nfinally: pass"]
    )
    def test_what_a_fold_must_not_do_is_found(self, line):
        assert self.impure(ast.parse(line))


class TestRelations:
    """A foreign key by name is an import that import-linter cannot see."""

    def leaving(self, every_model):
        """Relations by which a context knows of another app, or another app of it."""
        relations = [
            field for model in every_model for field in model._meta.local_fields + model._meta.local_many_to_many
        ]
        ends = [
            (str(field), field.model._meta.app_label, app_of(field.related_model))
            for field in relations
            if field.is_relation
        ]
        return [field for field, here, there in ends if here != there and {here, there} & CONTEXTS]

    def test_no_relation_leaves_its_context(self):
        assert self.leaving(apps.get_models(include_auto_created=True)) == []

    @pytest.mark.parametrize(("here", "there"), [("readmodels", "catalog"), ("catalog", "efi"), ("efi", "catalog")])
    def test_a_relation_that_leaves_its_context_is_found(self, here, there):
        with isolate_apps("catalog", "readmodels", "efi") as registry:

            class Shelf(models.Model):
                class Meta:
                    app_label = there

            class Label(models.Model):
                shelf = models.ForeignKey(f"{there}.Shelf", models.CASCADE)
                other = models.ForeignKey("Label", models.CASCADE)

                class Meta:
                    app_label = here

        assert self.leaving(registry.get_models()) == [f"{here}.Label.shelf"]


class TestKernel:
    def apps_named(self, text):
        texts = [node.value for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Constant)]
        return [text for text in texts if str(text).partition(".")[0] in CONTEXTS]

    def test_the_kernel_names_no_app_but_in_its_settings(self):
        files = [file for file in KERNEL.rglob("*.py") if "migrations" not in str(file) and file.name != "settings.py"]
        assert {file.name: named for file in files if (named := self.apps_named(file.read_text()))} == {}

    @pytest.mark.parametrize("line", ['import_module("catalog.events")', "x = 'readmodels'", 'f"catalog.{name}"'])
    def test_an_app_that_is_named_in_a_string_is_found(self, line):
        assert self.apps_named(line)

    def test_the_kernel_is_small(self):
        files = [file for file in KERNEL.rglob("*.py") if part_of_the_kernel(file)]
        assert sum(lines_of_code(file.read_text()) for file in files) < MOST_LINES

    def test_a_new_file_counts(self):
        assert part_of_the_kernel(KERNEL / "writing" / "planted.py")
        assert not part_of_the_kernel(KERNEL / "http" / "planted.py")

    def test_lines_of_code_are_neither_blank_nor_comments_nor_docstrings(self):
        assert lines_of_code('"""Says\nwhat."""\n\n# why\nx = (\n    1,  # one\n\n)\n"""What x\nis."""\n') == 3


def named(call):
    """The last word of what is called."""
    return getattr(call.func, "attr", getattr(call.func, "id", ""))


def app_of(model):
    return model if isinstance(model, str) else model._meta.app_label


def part_of_the_kernel(file):
    return file.relative_to(KERNEL).parts[0] in ROOMS_OF_THE_KERNEL


def lines_of_code(text):
    """Counts the lines with anything but comments and docstrings on them: nobody is to explain less for the count."""
    nothing = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
    tokens = [token for token in tokenize.generate_tokens(io.StringIO(text).readline) if token.type not in nothing]
    lines = {line for token in tokens for line in range(token.start[0], token.end[0] + 1)}
    texts = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Expr) and is_text(node.value)]
    return len(lines.difference(*(range(node.lineno, node.end_lineno + 1) for node in texts)))


def is_text(node):
    return isinstance(node, ast.Constant) and isinstance(node.value, str)
