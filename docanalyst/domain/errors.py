"""Every error a user can meet. Each knows what to say, what to do next and its exit code.

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

Foreign exceptions are translated into these once, in the adapter that owns the library.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from docanalyst.domain.budget import ContextBudget


class DocanalystError(Exception):
    """What happened, to what, and what to do next.

    message: one sentence, plain text. hint: the next step, or "". Both are data, never markup.
    """

    exit_code: ClassVar[int] = 1
    kind: ClassVar[str] = "error"

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def details(self) -> dict[str, Any]:
        """Further fields for the JSON form of this error."""
        return {}


class UsageError(DocanalystError):
    """An option, prompt, model or format that does not exist or does not fit."""

    exit_code = 2
    kind = "usage"


class DocumentError(DocanalystError):
    """A file that could not be read. path: as the user gave it."""

    exit_code = 3
    kind = "document"

    def __init__(self, message: str, hint: str = "", *, path: str = "") -> None:
        super().__init__(message, hint)
        self.path = path

    def details(self) -> dict[str, Any]:
        """The document."""
        return {"path": self.path}


class PasswordRequired(DocumentError):
    """An encrypted document without its password, or with a wrong one."""

    kind = "password_required"


class ContextTooLarge(DocanalystError):
    """The pack does not fit the window. Carries the budget, in tokens."""

    exit_code = 4
    kind = "context_too_large"

    def __init__(
        self, message: str, hint: str = "", *, budget: ContextBudget, shares: dict[str, int]
    ) -> None:
        super().__init__(message, hint)
        self.budget = budget
        self.shares = shares

    def details(self) -> dict[str, Any]:
        """The numbers, and what each document takes of them."""
        return {
            "window": self.budget.window,
            "total_tokens": self.budget.used,
            "reserved_output": self.budget.reserved_output,
            "overflow_tokens": self.budget.overflow,
            "documents": self.shares,
        }


class ProviderError(DocanalystError):
    """A provider refused, failed or answered badly.

    provider: its name. retryable: the same request may succeed later. status: HTTP status, if any.
    accepted: the provider had taken the request when it failed, so that it may bill the prompt.
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
        """Who failed, with which HTTP status, and whether trying again may help."""
        return {"provider": self.provider, "retryable": self.retryable, "status": self.status}


class AuthenticationFailed(ProviderError):
    """No key, or one the provider does not accept."""

    kind = "authentication"


class PaymentRequired(ProviderError):
    """The account has no credit for this request."""

    kind = "payment_required"


class RateLimited(ProviderError):
    """Too many requests or tokens for now; the same request may pass later."""

    kind = "rate_limited"


class TooLargeForTier(ProviderError):
    """The request exceeds what the account's plan admits at once; waiting does not help."""

    kind = "too_large_for_tier"


class ModelUnavailable(ProviderError):
    """The model is retired or unknown to the provider. The hint names the successor where known."""

    kind = "model_unavailable"


class ConnectionFailed(ProviderError):
    """The provider could not be reached, or the connection broke."""

    kind = "connection"


class AnswerStopped(ProviderError):
    """The stream ended by itself, and not with a normal stop: a filter, an abort, a tool call, no answer."""

    kind = "answer_stopped"


class BadResponse(ProviderError):
    """The provider answered something that is not an answer."""

    kind = "bad_response"


class StorageError(DocanalystError):
    """The store is newer, locked, corrupt, read-only or the disk is full."""

    exit_code = 6
    kind = "storage"


class UnverifiedCitations(DocanalystError):
    """`--strict`, and some citation is not verified."""

    exit_code = 7
    kind = "unverified_citations"


class BatchIncomplete(DocanalystError):
    """A batch ended with failed units."""

    exit_code = 8
    kind = "batch_incomplete"


class CostCapReached(DocanalystError):
    """The next request could exceed the cost cap."""

    exit_code = 9
    kind = "cost_cap_reached"
