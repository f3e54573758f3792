"""The generated parts of the README: written anew by `make docs`, and compared by the tests."""

from __future__ import annotations

import re
from pathlib import Path

import mayfly

README = Path(__file__).parent.parent / "README.md"


def commands() -> str:
    """Every command and the first sentence of its help."""
    rows = [
        f"| `mayfly {name}{arguments(command)}` | {(command.help or '').splitlines()[0]} |"
        for name, command in mayfly.cli.commands.items()
    ]
    return "\n".join(["| command | what it does |", "|---|---|", *rows])


def arguments(command: mayfly.click.Command) -> str:
    """The arguments of a command as its help shows them."""
    found = [
        one.make_metavar(mayfly.click.Context(command)) for one in command.params if one.param_type_name == "argument"
    ]
    return "".join(f" {one}" for one in found)


def current(text: str) -> str:
    """The README with its generated parts as they should be."""
    return re.sub(r"(<!-- commands -->\n).*?(<!-- /commands -->)", rf"\1{commands()}\n\2", text, flags=re.DOTALL)


if __name__ == "__main__":
    README.write_text(current(README.read_text(encoding="utf-8")), encoding="utf-8")
