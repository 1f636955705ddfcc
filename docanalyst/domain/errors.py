"""All errors shown to users, each with a message, a hint and an exit code.

    DocanalystError(message, hint)            exit code
    ├── UsageError                            2
    ├── DocumentError                         3
    │   └── PasswordRequired                  3
    ├── ContextTooLarge                       4
    ├── ProviderError                         5
    │   ├── AuthenticationFailed              5
    │   ├── PaymentRequired                   5
    │   ├── RateLimited                       5
    │   ├── TooLargeForTier                   5
    │   ├── ModelUnavailable                  5
    │   ├── ConnectionFailed                  5
    │   ├── AnswerStopped                     5
    │   └── BadResponse                       5
    ├── StorageError                          6
    ├── UnverifiedCitations                   7
    ├── BatchIncomplete                       8
    └── CostCapReached                        9

The adapter that owns a library translates the library's exceptions into these.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from docanalyst.domain.budget import ContextBudget


class DocanalystError(Exception):
    """What happened, to what, and what to do next.

    Args:
        message: One sentence of plain text, never markup.
        hint: What to do next, as plain text, or "".
    """

    exit_code: ClassVar[int] = 1
    kind: ClassVar[str] = "error"

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def details(self) -> dict[str, Any]:
        """Return further fields for the JSON form of this error."""
        return {}


class UsageError(DocanalystError):
    """An option, prompt, model or format that does not exist or is invalid."""

    exit_code = 2
    kind = "usage"


class DocumentError(DocanalystError):
    """A file that cannot be read.

    Args:
        message: What happened.
        hint: What to do next.
        path: The path as the user gave it.
    """

    exit_code = 3
    kind = "document"

    def __init__(self, message: str, hint: str = "", *, path: str = "") -> None:
        super().__init__(message, hint)
        self.path = path

    def details(self) -> dict[str, Any]:
        """Return the path of the document."""
        return {"path": self.path}


class PasswordRequired(DocumentError):
    """An encrypted document, opened without its password or with a wrong one."""

    kind = "password_required"


class ContextTooLarge(DocanalystError):
    """The packed documents do not fit the context window."""

    exit_code = 4
    kind = "context_too_large"

    def __init__(
        self, message: str, hint: str = "", *, budget: ContextBudget, shares: dict[str, int]
    ) -> None:
        super().__init__(message, hint)
        self.budget = budget
        self.shares = shares

    def details(self) -> dict[str, Any]:
        """Return the budget and the share of each document, in tokens."""
        return {
            "window": self.budget.window,
            "total_tokens": self.budget.used,
            "reserved_output": self.budget.reserved_output,
            "overflow_tokens": self.budget.overflow,
            "documents": self.shares,
        }


class ProviderError(DocanalystError):
    """A provider refused, failed or gave an unusable answer.

    Args:
        message: What happened.
        hint: What to do next.
        provider: Name of the provider.
        retryable: Whether the same request may succeed later.
        status: HTTP status, if any.

    Attributes:
        accepted: Whether the provider may charge for the request although it failed.
    """

    exit_code = 5
    kind = "provider"

    def __init__(
        self,
        message: str,
        hint: str = "",
        *,
        provider: str = "",
        retryable: bool = False,
        status: int | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message, hint)
        self.provider = provider
        self.retryable = retryable
        self.status = status
        self.retry_after = retry_after
        self.accepted = False

    def details(self) -> dict[str, Any]:
        """Return the provider, the HTTP status and whether a retry may help."""
        return {"provider": self.provider, "retryable": self.retryable, "status": self.status}


class AuthenticationFailed(ProviderError):
    """There is no API key, or the provider rejects it."""

    kind = "authentication"


class PaymentRequired(ProviderError):
    """The account has no credit for this request."""

    kind = "payment_required"


class RateLimited(ProviderError):
    """Too many requests or tokens for now; the same request may succeed later."""

    kind = "rate_limited"


class TooLargeForTier(ProviderError):
    """The request exceeds the limit of the account's plan; waiting does not help."""

    kind = "too_large_for_tier"


class ModelUnavailable(ProviderError):
    """The model is retired or unknown to the provider; the hint names its successor if known."""

    kind = "model_unavailable"


class ConnectionFailed(ProviderError):
    """The provider could not be reached, or the connection broke."""

    kind = "connection"


class AnswerStopped(ProviderError):
    """The stream ended by itself, and not with a normal stop: a filter, an abort, a tool call, no answer."""

    kind = "answer_stopped"


class BadResponse(ProviderError):
    """The provider returned something that is not an answer."""

    kind = "bad_response"


class StorageError(DocanalystError):
    """The database is newer, locked, damaged or read-only, or the disk is full."""

    exit_code = 6
    kind = "storage"


class UnverifiedCitations(DocanalystError):
    """With `--strict`: some citation is not verified."""

    exit_code = 7
    kind = "unverified_citations"


class BatchIncomplete(DocanalystError):
    """A batch ended with units that have no answer."""

    exit_code = 8
    kind = "batch_incomplete"


class CostCapReached(DocanalystError):
    """The next request could exceed the cost cap."""

    exit_code = 9
    kind = "cost_cap_reached"


def install_extra(extra: str) -> str:
    """Return the hint that tells how to install an optional extra of docanalyst."""
    return f"Run `pip install '.[{extra}]'` in your clone of docanalyst."
