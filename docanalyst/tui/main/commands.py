"""Everything that a key does, by name: what the command palette offers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Command:
    """A line of the palette. panel: the id of the panel that acts, "" for the main screen."""

    title: str
    help: str
    action: str
    panel: str = ""


COMMANDS = (
    Command("Add documents", "Choose PDFs, text files or a folder", "files"),
    Command("Sessions", "Search, open, fork, rename, export and delete kept sessions", "sessions"),
    Command("New session", "Begin again over the same documents", "new"),
    Command("Models", "Choose the provider and the model; see windows, prices and keys", "models"),
    Command("Prompts", "Look through the prompt library", "prompts"),
    Command("Batch", "The same questions to every document, in a table; also earlier batches", "batch"),
    Command("Settings", "See and change settings", "settings"),
    Command("Thinking on or off", "Whether the model thinks before it answers", "thinking"),
    Command("Ask again", "Ask this question again; both answers stay", "retry"),
    Command("Change the question", "Ask this question in other words, in its place", "edit"),
    Command("Fork here", "Let the next question follow this turn", "fork", "answers-panel"),
    Command("Other branch", "Show the other answer to this question", "branch", "answers-panel"),
    Command("Copy the answer", "Copy the answer as Markdown", "copy_answer"),
    Command("Receipt", "What was sent, counted, billed and received", "receipt"),
    Command("Export the session", "Write it as Markdown, HTML, JSON, Word or highlighted PDFs", "export"),
    Command("Next quote", "Stand on the page of the next quote", "next_quote"),
    Command("Open the PDF at this page", "In the system's own viewer", "open", "evidence"),
    Command("Picture of the page", "In the terminal itself, where it can show one", "picture", "evidence"),
    Command("Copy the quote", "With its place", "copy", "evidence"),
    Command("Documents", "Go to the documents", "panel('documents')"),
    Command("Answers", "Go to the answers", "panel('answers')"),
    Command("Evidence", "Go to the evidence", "panel('evidence')"),
)
