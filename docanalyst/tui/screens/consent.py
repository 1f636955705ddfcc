"""The question before documents are sent to a provider for the first time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docanalyst.tui.screens.question import QuestionScreen

if TYPE_CHECKING:
    from docanalyst.providers.preflight import Destination


class ConsentScreen(QuestionScreen):
    """Says who gets the documents and what is known of how long they keep them."""

    def __init__(self, destination: Destination) -> None:
        super().__init__(
            f"Send documents to {destination.title}?",
            f"{destination.sentence}\n\nYour agreement is remembered for this provider at this address.",
            yes="Agree and send",
            no="Send nothing",
        )
