"""Is this quote on that page? `verify` decides; a `VerificationIndex` holds the pages that it looks in.

Loaded at once: a module of the package has the name of the function.
"""

from docanalyst.domain.verification.verify import VerificationIndex, verify

__all__ = ["VerificationIndex", "verify"]
