"""Templates that cost little: a page of a paper is drawn by everybody at once.

Words without a value stand in the compiled template as they are written, where there is no other language to
look them up in; and macros are imported without asking each time whether the globals have changed.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from typing import Any, ClassVar

from flask.templating import Environment as FlaskEnvironment
from jinja2 import nodes
from jinja2.visitor import NodeTransformer


class Environment(FlaskEnvironment):
    """Flask's, for templates whose globals are settled before the first of them is loaded."""

    has_languages: ClassVar[bool] = False
    """Whether there is a catalogue to look words up in."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        # Jinja's chain of maps works out its keys anew at each import of a macro, thirty of them a page.
        given: Mapping[str, Any] = d or {}
        return {**self.globals, **given}

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        return tree if self.has_languages else _AsWritten().visit(tree)


class _AsWritten(NodeTransformer):
    """`_('…')` with nothing to put in becomes the words themselves."""

    def visit_Call(self, node: nodes.Call) -> nodes.Node:
        self.generic_visit(node)
        is_said = isinstance(node.node, nodes.Name) and node.node.name == "_"
        plain = not (node.kwargs or node.dyn_args or node.dyn_kwargs) and len(node.args) == 1
        if not (is_said and plain and isinstance(node.args[0], nodes.Const)):
            return node
        words = str(node.args[0].value)
        # As `words.say` does without values: a text says %% for % either way.
        written = nodes.Const(words % () if "%" in words else words, lineno=node.lineno)
        return nodes.MarkSafe(written, lineno=node.lineno)
