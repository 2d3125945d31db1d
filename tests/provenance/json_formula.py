"""An evaluator for the part of Adobe's json-formula that the C2PA rubrics use.

A JMESPath with functions of one's own: `[?...]` and `[]` start a projection, which the steps after it run through
until a pipe ends it; a field of what is no object is null. In these files a function's arguments are `$args` and `@`
stays what it was for the caller.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_TOKENS = re.compile(
    r"""\s*(?:
      (?P<json>`[^`]*`) | (?P<string>"(?:[^"\\]|\\.)*") | (?P<quoted>'[^']*') | (?P<number>\d+(?:\.\d+)?)
    | (?P<name>[$A-Za-z_][A-Za-z0-9_]*)
    | (?P<sign>\|\||&&|==|!=|>=|<=|\[\?|\[\]|[|!<>*().,:@{}\[\]])
    )""",
    re.VERBOSE,
)
_BINDING = {"|": 1, "||": 2, "&&": 3, "==": 4, "!=": 4, ">": 4, ">=": 4, "<": 4, "<=": 4, "*": 5}
_STEPS = {".": 8, "[": 9, "[?": 9, "[]": 9}

Node = Callable[["Scope"], Any]


class BadExpression(ValueError):
    """Not an expression of the part of json-formula that is known here."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What names mean at one point of an evaluation."""

    current: Any
    variables: Mapping[str, Any]
    functions: Mapping[str, Node]

    def at(self, current: Any) -> Scope:  # noqa: ANN401 - JSON
        return Scope(current, self.variables, self.functions)


@dataclass(frozen=True, slots=True)
class Projection:
    """A list whose members the following steps are taken on one by one."""

    members: tuple[Any, ...]


def compiled(expression: str) -> Node:
    """`expression` as something that can be asked in a scope.

    Raises:
        BadExpression: it cannot be parsed.
    """
    parser = _Parser(list(_tokens(expression)))
    node = parser.expression(0)
    parser.expect("end")
    return lambda scope: _settled(node(scope))


def truthy(value: Any) -> bool:  # noqa: ANN401 - JSON
    return bool(value)


def _tokens(expression: str) -> Iterator[tuple[str, str]]:
    place = 0
    expression = expression.strip()
    while place < len(expression):
        found = _TOKENS.match(expression, place)
        if found is None or found.lastgroup is None:
            raise BadExpression(f"at {expression[place : place + 20]!r}")
        yield found.lastgroup, found.group(found.lastgroup)
        place = found.end()
    yield "end", ""


class _Parser:
    def __init__(self, tokens: Sequence[tuple[str, str]]) -> None:
        self._tokens = tokens
        self._place = 0

    def peek(self) -> tuple[str, str]:
        return self._tokens[self._place]

    def take(self) -> tuple[str, str]:
        token = self._tokens[self._place]
        self._place += 1
        return token

    def expect(self, text: str) -> None:
        kind, found = self.take()
        if text not in (found, kind):
            raise BadExpression(f"{text!r} expected, {found!r} found")

    def accept(self, text: str) -> bool:
        if self.peek() != ("sign", text):
            return False
        self.take()
        return True

    def expression(self, binding: int) -> Node:
        node = self._prefix()
        while True:
            kind, sign = self.peek()
            if kind == "sign" and sign in _STEPS:
                self.take()
                node = self._step(node, sign)
            elif kind == "sign" and _BINDING.get(sign, 0) > binding:
                self.take()
                node = _operator(sign, node, self.expression(_BINDING[sign]))
            else:
                return node

    def _prefix(self) -> Node:
        kind, text = self.take()
        if kind in ("json", "string", "number"):
            return _constant(json.loads(text.strip("`")))
        if kind == "quoted":
            return _field(text[1:-1])
        if kind == "name":
            return self._named(text)
        if kind == "sign" and text in ("[?", "[]"):
            return self._step(_current, text)
        openings = {"@": self._at, "!": self._not, "(": self._group, "{": self._object, "[": self._list}
        if kind != "sign" or text not in openings:
            raise BadExpression(f"{text!r} begins no expression")
        return openings[text]()

    def _at(self) -> Node:
        return _current

    def _not(self) -> Node:
        inner = self.expression(_STEPS["."] - 1)
        return lambda scope: not truthy(_settled(inner(scope)))

    def _group(self) -> Node:
        inner = self.expression(0)
        self.expect(")")
        return inner

    def _named(self, name: str) -> Node:
        if self.accept("("):
            arguments = tuple(self._until(")"))
            return _call(name, arguments)
        if name.startswith("$"):
            return lambda scope: scope.variables[name]
        return _field(name)

    def _until(self, closing: str) -> Iterator[Node]:
        while not self.accept(closing):
            yield self.expression(0)
            if not self.accept(","):
                self.expect(closing)
                return

    def _list(self) -> Node:
        if self.peek()[0] == "number":
            # Not a list of one number: an index into the current value, as after a pipe.
            return self._step(_current, "[")
        members = tuple(self._until("]"))
        return lambda scope: [_settled(member(scope)) for member in members]

    def _object(self) -> Node:
        pairs: list[tuple[str, Node]] = []
        while not self.accept("}"):
            _, key = self.take()
            self.expect(":")
            pairs.append((key.strip("\"'"), self.expression(0)))
            self.accept(",")
        return lambda scope: {key: _settled(value(scope)) for key, value in pairs}

    def _step(self, source: Node, sign: str) -> Node:
        if sign == "[]":
            return lambda scope: _flattened(_settled(source(scope)))
        if sign == "[?":
            condition = self.expression(0)
            self.expect("]")
            return lambda scope: _filtered(source(scope), condition, scope)
        if sign == "[":
            _, index = self.take()
            self.expect("]")
            return lambda scope: _through(source(scope), lambda value: _indexed(value, int(index)))
        kind, text = self.take()
        step = self._named(text) if kind == "name" else _field(text[1:-1])
        return lambda scope: _through(source(scope), lambda value: _settled(step(scope.at(value))))


def _current(scope: Scope) -> Any:  # noqa: ANN401 - JSON
    return scope.current


def _constant(value: Any) -> Node:  # noqa: ANN401 - JSON
    return lambda _: value


def _field(name: str) -> Node:
    return lambda scope: scope.current.get(name) if isinstance(scope.current, dict) else None


def _settled(value: Any) -> Any:  # noqa: ANN401 - JSON
    return list(value.members) if isinstance(value, Projection) else value


def _through(value: Any, step: Callable[[Any], Any]) -> Any:  # noqa: ANN401 - JSON
    """`step` on the value, or on each member of a projection; members that give null drop out."""
    if isinstance(value, Projection):
        taken = (step(member) for member in value.members)
        return Projection(tuple(member for member in taken if member is not None))
    return step(value)


def _indexed(value: Any, index: int) -> Any:  # noqa: ANN401 - JSON
    return value[index] if isinstance(value, list) and index < len(value) else None


def _flattened(value: Any) -> Any:  # noqa: ANN401 - JSON
    if not isinstance(value, list):
        return None
    members: list[Any] = []
    for member in value:
        members.extend(member if isinstance(member, list) else [member])
    return Projection(tuple(members))


def _filtered(value: Any, condition: Node, scope: Scope) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, Projection):
        return _through(value, lambda member: _settled(_filtered(member, condition, scope)))
    members = value if isinstance(value, list) else []
    return Projection(tuple(member for member in members if truthy(_settled(condition(scope.at(member))))))


def _operator(sign: str, left: Node, right: Node) -> Node:
    def pipe(scope: Scope) -> Any:  # noqa: ANN401 - JSON
        return right(scope.at(_settled(left(scope))))

    def either(scope: Scope) -> Any:  # noqa: ANN401 - JSON
        value = _settled(left(scope))
        return value if truthy(value) else _settled(right(scope))

    def both(scope: Scope) -> Any:  # noqa: ANN401 - JSON
        value = _settled(left(scope))
        return _settled(right(scope)) if truthy(value) else value

    def compare(scope: Scope) -> Any:  # noqa: ANN401 - JSON
        return _compared(sign, _settled(left(scope)), _settled(right(scope)))

    return {"|": pipe, "||": either, "&&": both}.get(sign, compare)


def _compared(sign: str, left: Any, right: Any) -> Any:  # noqa: ANN401 - JSON
    match sign:
        case "==":
            return left == right
        case "!=":
            return left != right
        case "*":
            return float(left) * float(right)
        case _:
            pass
    if left is None or right is None:
        return False
    return {">": left > right, ">=": left >= right, "<": left < right, "<=": left <= right}[sign]


def _call(name: str, arguments: tuple[Node, ...]) -> Node:
    def called(scope: Scope) -> Any:  # noqa: ANN401 - JSON
        if name == "if":
            condition, then, otherwise = arguments
            return (then if truthy(_settled(condition(scope))) else otherwise)(scope)
        values = [_settled(argument(scope)) for argument in arguments]
        if name in scope.functions:
            inner = Scope(scope.current, {**scope.variables, "$args": values}, scope.functions)
            return scope.functions[name](inner)
        if name not in _BUILT_IN:
            raise BadExpression(f"no function {name}")
        return _BUILT_IN[name](*values)

    return called


def _type(value: Any) -> str:  # noqa: ANN401 - JSON
    names = {bool: "boolean", int: "number", float: "number", str: "string", list: "array", dict: "object"}
    return names.get(type(value), "null")


_BUILT_IN: Mapping[str, Callable[..., Any]] = {
    "contains": lambda where, what: what in (where or ()),
    "startsWith": lambda text, start: (text or "").startswith(start),
    "endsWith": lambda text, end: (text or "").endswith(end),
    "split": lambda text, mark: (text or "").split(mark),
    "length": lambda value: len(value or ()),
    "keys": lambda value: list(value or {}),
    "values": lambda value: list((value or {}).values()),
    "notNull": lambda *values: next((value for value in values if value is not None), None),
    "type": _type,
}
