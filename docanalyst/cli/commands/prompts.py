"""`docanalyst prompts`: the prompt library."""

from __future__ import annotations

import click

from docanalyst.cli import output
from docanalyst.cli.options import Globals, GlobalsCommand, GlobalsGroup, argument


@click.group(
    "prompts",
    cls=GlobalsGroup,
    examples=(
        "docanalyst prompts list",
        "docanalyst prompts show contract-review",
        "docanalyst prompts new my-checklist --from contract-review",
    ),
)
def command() -> None:
    """List, show, copy, edit and check prompts."""


@command.command("list", cls=GlobalsCommand, examples=("docanalyst prompts list",))
@click.pass_obj
def list_command(shared: Globals) -> None:
    """List the prompts and their length in tokens."""
    from docanalyst.prompts import list_prompts
    from docanalyst.tokens import qwen3

    prompts = list_prompts(shared.settings().prompts_dir)
    if shared.json:
        records = [
            {
                "name": prompt.name,
                "title": prompt.title,
                "audience": prompt.audience,
                "summary": prompt.summary,
                "fields": len(prompt.fields),
                "tokens": qwen3.count(prompt.fill()),
                "sha256": prompt.sha256,
            }
            for prompt in prompts
        ]
        output.data_json(records)
        return
    width = max((len(prompt.name) for prompt in prompts), default=0)
    for prompt in prompts:
        tokens = qwen3.count(prompt.fill())
        output.data(f"{prompt.name:<{width}}  {tokens:>5,} tokens  {prompt.summary or prompt.title}")


@command.command("show", cls=GlobalsCommand, examples=("docanalyst prompts show contract-review",))
@argument("name", "Name of a prompt.", metavar="NAME")
@click.pass_obj
def show_command(shared: Globals, name: str) -> None:
    """Show a prompt as it would be sent."""
    from docanalyst.prompts import find_prompt
    from docanalyst.tokens import qwen3

    prompt = find_prompt(name, shared.settings().prompts_dir)
    if shared.json:
        output.data_json(
            {
                "name": prompt.name,
                "title": prompt.title,
                "audience": prompt.audience,
                "summary": prompt.summary,
                "body": prompt.fill(),
                "tokens": qwen3.count(prompt.fill()),
                "sha256": prompt.sha256,
                "fields": [
                    {
                        "name": field.name,
                        "type": field.type,
                        "definition": field.definition,
                        "options": list(field.options),
                        "group": field.group,
                    }
                    for field in prompt.fields
                ],
            }
        )
        return
    output.data(prompt.fill())
    output.note(f"{prompt.name} · {prompt.title} · {qwen3.count(prompt.fill()):,} tokens", quiet=shared.quiet)


@command.command(
    "new", cls=GlobalsCommand, examples=("docanalyst prompts new my-checklist --from contract-review",)
)
@argument("name", "Name of the new prompt.", metavar="NAME")
@click.option("--from", "model", metavar="NAME", default="data-extraction", help="The prompt to copy.")
@click.pass_obj
def new_command(shared: Globals, name: str, model: str) -> None:
    """Create a prompt of your own as a copy of another.

    Your prompt replaces a built-in prompt of the same name.
    """
    from docanalyst.domain.errors import UsageError
    from docanalyst.prompts import copy_prompt

    folder = shared.settings().prompts_dir
    if (folder / f"{name}.md").exists():
        raise UsageError(
            f"You already have a prompt named {name!r}.",
            f"Run `docanalyst prompts edit {name}` to change it.",
        )
    path = copy_prompt(model, name, folder)
    if shared.json:
        output.data_json({"name": name, "path": str(path)})
    else:
        output.data(str(path))
    output.note(f"Edit the file, then run `docanalyst prompts check {name}`.", quiet=shared.quiet)


@command.command("edit", cls=GlobalsCommand, examples=("docanalyst prompts edit contract-review",))
@argument("name", "Name of a prompt.", metavar="NAME")
@click.pass_obj
def edit_command(shared: Globals, name: str) -> None:
    """Open a prompt in your editor; a built-in prompt is copied first."""
    from docanalyst.prompts import copy_prompt, read_prompt

    folder = shared.settings().prompts_dir
    path = folder / f"{name}.md"
    if not path.exists():
        copy_prompt(name, name, folder)
    click.edit(filename=str(path))
    read_prompt(path)
    if shared.json:
        output.data_json({"name": name, "path": str(path)})
    output.note(f"{path}: OK.", quiet=shared.quiet)


@command.command("check", cls=GlobalsCommand, examples=("docanalyst prompts check",))
@argument("names", "Prompts or files; without a name, all prompts.", nargs=-1, metavar="[NAME|FILE...]")
@click.pass_obj
def check_command(shared: Globals, names: tuple[str, ...]) -> None:
    """Check the front matter, fields and length of prompts."""
    from docanalyst.prompts import check_prompt, find_prompt, list_prompts
    from docanalyst.tokens import qwen3

    folder = shared.settings().prompts_dir
    prompts = [find_prompt(name, folder) for name in names] if names else list_prompts(folder)
    for prompt in prompts:
        check_prompt(prompt, qwen3.count(prompt.fill()))
        if not shared.json:
            fields = "1 field" if len(prompt.fields) == 1 else f"{len(prompt.fields)} fields"
            output.data(f"{prompt.name}: OK, {fields}")
    if shared.json:
        output.data_json([{"name": prompt.name, "fields": len(prompt.fields)} for prompt in prompts])
