"""`docanalyst prompts`: the prompt library."""

from __future__ import annotations

import click

from docanalyst.cli import output
from docanalyst.cli.options import Globals, GlobalsCommand, GlobalsGroup


@click.group("prompts", cls=GlobalsGroup)
def command() -> None:
    """List and show the prompt library."""


@command.command("list", cls=GlobalsCommand)
@click.pass_obj
def list_command(shared: Globals) -> None:
    """List the prompts, with what each costs in tokens."""
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


@command.command("show", cls=GlobalsCommand)
@click.argument("name")
@click.pass_obj
def show_command(shared: Globals, name: str) -> None:
    """Show a prompt as it is sent."""
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
