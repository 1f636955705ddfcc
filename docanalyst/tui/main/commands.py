"""The commands of the command palette."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Command:
    """A line of the palette.

    Attributes:
        panel: ID of the panel that has the action, "" for the main screen.
    """

    title: str
    help: str
    action: str
    panel: str = ""


COMMANDS = (
    Command("Add documents", "Choose PDFs, Word or text files, or a folder", "files"),
    Command("Sessions", "Search, open, fork, rename, export and delete saved sessions", "sessions"),
    Command("New session", "Start a new session about the same documents", "new"),
    Command(
        "Models", "Choose the provider and the model; see context windows, prices and API keys", "models"
    ),
    Command("API keys", "Enter or remove the key of a provider, for this session or in the keyring", "keys"),
    Command("Stop the answer", "What was received is saved", "stop"),
    Command("Prompts", "Browse the prompts", "prompts"),
    Command("Batch", "Ask many documents the same questions; see earlier batches", "batch"),
    Command("Settings", "See and change settings", "settings"),
    Command("Reasoning on or off", "Whether the model reasons before it answers", "thinking"),
    Command("Ask again", "Ask this question again; both answers are kept", "retry"),
    Command("Edit the question", "Edit this question and ask it instead", "edit"),
    Command("Fork here", "Make the next question follow this turn", "fork", "answers-panel"),
    Command("Other branch", "Show the other answer to this question", "branch", "answers-panel"),
    Command("Copy the answer", "Copy the answer as Markdown", "copy_answer"),
    Command("Receipt", "What was sent, counted, billed and received", "receipt"),
    Command("Export the session", "As Markdown, HTML, JSON, Word or highlighted PDFs", "export"),
    Command("Make it fit", "See which documents to switch off", "fit", "documents"),
    Command("Filter the evidence", "By verdict, document or review", "filter", "evidence"),
    Command("Next quotation", "Go to the page of the next quotation", "next_quote"),
    Command("Open the PDF at this page", "In the system's PDF viewer", "open", "evidence"),
    Command("Picture of the page", "In this terminal, if it can show pictures", "picture", "evidence"),
    Command("Copy the quotation", "With its page reference", "copy", "evidence"),
    Command("Documents", "Go to the documents", "panel('documents')"),
    Command("Answers", "Go to the answers", "panel('answers')"),
    Command("Evidence", "Go to the evidence", "panel('evidence')"),
)
