"""The small faults that a module's source can be given, one at a time."""

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from types import CodeType
from typing import Any

Edit = tuple[str, str, str, Any]
"""The kind of a fault, what it does in words, the field of the node that it changes, and what that becomes."""
FLIPPED: dict[type[ast.AST], type[ast.AST]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
}
DROPPED = ast.Assign | ast.AugAssign | ast.Delete | ast.Expr | ast.Raise
BLOCKS = ast.FunctionDef | ast.If | ast.For | ast.With | ast.match_case


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """One fault in one module."""

    path: str
    kind: str
    name: str
    """Says where and what, without the line, so that it stays when something above it changes."""
    function: str
    """That which is changed, by its qualified name; empty where the fault is in no function."""
    code: CodeType

    @property
    def digest(self) -> str:
        return sha256(self.name.encode()).hexdigest()


def mutants_of(root: Path, path: str) -> Iterator[Mutant]:
    """Yields each mutant of a module, compiled."""
    tree = ast.parse((root / path).read_text())
    named = Counter[str]()
    for scope, function, node in list(nodes(tree)):
        for kind, said, field, value in list(edits(node)):
            kept = getattr(node, field)
            setattr(node, field, value)
            code = compile(ast.fix_missing_locations(tree), str(root / path), "exec")
            setattr(node, field, kept)
            named[name := f"{path} {scope}: {said}"] += 1
            name = f"{name} ({named[name]})" if named[name] > 1 else name
            yield Mutant(path=path, kind=kind, name=name, function=function, code=code)


def nodes(tree: ast.AST, scope: str = "", function: str = "") -> Iterator[tuple[str, str, ast.AST]]:
    """Yields each node with the names of what it is in, and of the function: nothing of annotations and decorators."""
    for field, value in ast.iter_fields(tree):
        if field in ("annotation", "returns", "decorator_list"):
            continue
        for node in value if isinstance(value, list) else [value]:
            inner, within = scope, function
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                inner = f"{scope}.{node.name}".removeprefix(".")
            if isinstance(node, ast.FunctionDef):
                within = function or inner
            if isinstance(node, ast.arguments):
                # Defaults are worked out where the function is made, not in it.
                within = ""
            if isinstance(node, ast.AST):
                yield inner or "module", within, node
                yield from nodes(node, inner, within)


def edits(node: ast.AST) -> Iterator[Edit]:
    """Yields what can be done to one node."""
    match node:
        case ast.MatchOr(patterns=those):
            for _, said, _, rest in without_each("alternative", "patterns", those):
                # Two at least are asked for: the one that is left of two stands there twice.
                yield "alternative", said, "patterns", rest if len(rest) > 1 else rest * 2
        case ast.Match(cases=those) if len(those) > 1:
            yield from without_each("case", "cases", those)
        case ast.If(test=test) | ast.IfExp(test=test):
            yield "condition", f"not: {told(test)}", "test", ast.UnaryOp(ast.Not(), test)
        case ast.comprehension(ifs=ifs):
            yield from without_each("condition", "ifs", ifs)
        case ast.Compare(ops=ops):
            for at, op in enumerate(ops):
                flipped = FLIPPED[type(op)]
                yield (
                    "comparison",
                    f"{told(node)} with {flipped.__name__}",
                    "ops",
                    [*ops[:at], flipped(), *ops[at + 1 :]],
                )
        case ast.BoolOp(op=op) | ast.BinOp(op=op) if type(op) in FLIPPED:
            flipped = FLIPPED[type(op)]
            yield "operator", f"{told(node)} with {flipped.__name__}", "op", flipped()
        case ast.Constant(value=bool() as value):
            yield "constant", f"{value} -> {not value}", "value", not value
        case ast.Constant(value=int() as value):
            yield "constant", f"{value} -> {value + 1}", "value", value + 1
        case ast.Call(func=ast.Name(id="Decimal"), args=[ast.Constant(value=str() as value)]):
            yield "constant", f"{value} -> {Decimal(value) + 1}", "args", [ast.Constant(str(Decimal(value) + 1))]
        case ast.Call(func=ast.Name(id="grant"), args=[group, *given]):
            for _, said, _, rest in without_each("grant", "args", given):
                yield "grant", f"{told(group)} {said}", "args", [group, *rest]
        case ast.Set(elts=those) | ast.Tuple(elts=those, ctx=ast.Load()) if len(those) > 1 and all(map(plain, those)):
            yield from without_each("element", "elts", those)
    if isinstance(node, BLOCKS):
        yield from without_statements(node.body)


def without_each(kind: str, field: str, those: list[Any]) -> Iterator[Edit]:
    for at, one in enumerate(those):
        yield kind, f"without {told(one)}", field, [*those[:at], *those[at + 1 :]]


def without_statements(body: list[ast.stmt]) -> Iterator[Edit]:
    """Yields the body without one of its statements, unless that is a docstring."""
    for at, one in enumerate(body):
        if isinstance(one, DROPPED) and not (isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant)):
            yield "statement", f"without {told(one)}", "body", [*body[:at], ast.Pass(), *body[at + 1 :]]


def plain(node: ast.expr) -> bool:
    """Returns whether it is a constant or a name, as in a set of statuses."""
    return isinstance(node, ast.Constant | ast.Name | ast.Attribute)


def told(node: ast.AST) -> str:
    """Returns the source of a node on one line, cut where it is long."""
    return " ".join(ast.unparse(node).split())[:100]
