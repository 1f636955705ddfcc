"""Our provider errors as LangChain knows them: each is both, so either `except` catches it."""

from __future__ import annotations

from langchain_core import exceptions as langchain

from docanalyst.domain import errors
from docanalyst.providers.wire.faults import Overflow


class TypedAuthenticationFailed(errors.AuthenticationFailed, langchain.ModelAuthenticationError):
    """401, or no key."""


class TypedPermissionDenied(errors.AuthenticationFailed, langchain.ModelPermissionDeniedError):
    """403."""


class TypedPaymentRequired(errors.PaymentRequired, langchain.ModelPermissionDeniedError):
    """402."""


class TypedRateLimited(errors.RateLimited, langchain.ModelRateLimitError):
    """429, 498."""


class TypedTooLargeForTier(errors.TooLargeForTier, langchain.ModelInvalidRequestError):
    """413."""


class TypedModelUnavailable(errors.ModelUnavailable, langchain.ModelNotFoundError):
    """404, or a retired model."""


class TypedConnectionFailed(errors.ConnectionFailed, langchain.ModelConnectionError):
    """Not reached, or broke."""


class TypedInvalidRequest(errors.BadResponse, langchain.ModelInvalidRequestError):
    """400, 422."""


class TypedServerFailure(errors.BadResponse, langchain.ModelAPIError):
    """5xx, or an answer that is none."""


class TypedOverflow(Overflow, langchain.ContextOverflowError):
    """The request does not fit the window."""


_BY_KIND: dict[type[errors.ProviderError], type[errors.ProviderError]] = {
    errors.PaymentRequired: TypedPaymentRequired,
    errors.RateLimited: TypedRateLimited,
    errors.TooLargeForTier: TypedTooLargeForTier,
    errors.ModelUnavailable: TypedModelUnavailable,
    errors.ConnectionFailed: TypedConnectionFailed,
    Overflow: TypedOverflow,
}


def typed(error: errors.ProviderError) -> errors.ProviderError:
    """The same error, which is also LangChain's."""
    kind = _BY_KIND.get(type(error))
    if isinstance(error, errors.AuthenticationFailed):
        kind = TypedPermissionDenied if error.status == 403 else TypedAuthenticationFailed
    if kind is None:
        client_fault = error.status is not None and 400 <= error.status < 500
        kind = TypedInvalidRequest if client_fault else TypedServerFailure
    return kind(
        error.message,
        error.hint,
        provider=error.provider,
        retryable=error.retryable,
        status=error.status,
        retry_after=error.retry_after,
    )


def from_foreign(error: Exception, provider: str) -> errors.ProviderError:
    """The error for whatever another package's chat model raised. Its text is redacted and shortened."""
    from docanalyst.providers.wire.redaction import redact

    text = " ".join(redact(str(error)).split())[:600] or type(error).__name__
    kind: type[errors.ProviderError] = errors.BadResponse
    for theirs, ours in _FOREIGN:
        if isinstance(error, theirs):
            kind = ours
            break
    retryable = bool(getattr(error, "is_retryable", False))
    return kind(f"{provider} failed: {text}", provider=provider, retryable=retryable)


_FOREIGN: tuple[tuple[type[Exception] | tuple[type[Exception], ...], type[errors.ProviderError]], ...] = (
    ((langchain.ModelAuthenticationError, langchain.ModelPermissionDeniedError), errors.AuthenticationFailed),
    (langchain.ModelRateLimitError, errors.RateLimited),
    (langchain.ModelNotFoundError, errors.ModelUnavailable),
    (langchain.ContextOverflowError, Overflow),
    ((langchain.ModelConnectionError, langchain.ModelTimeoutError), errors.ConnectionFailed),
    ((ConnectionError, TimeoutError), errors.ConnectionFailed),
)
