"""Reads and searches documents on a Dask cluster (extra `cluster`); the run and its database stay here.

Dask provides the scheduler, workers on other machines and the retrying of tasks of lost workers. Files are
sent to the workers as bytes, so that they need no shared disk.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Callable, Sequence
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, TypeVar
from urllib.parse import urlsplit

from docanalyst.analyst.privacy import Rule, require_permitted, rules_beside
from docanalyst.batch.units import Unit
from docanalyst.domain.documents import Document
from docanalyst.domain.errors import DocanalystError, DocumentError, UsageError, install_extra
from docanalyst.domain.models import Delta, ModelSpec, Usage
from docanalyst.domain.prompts import Field
from docanalyst.domain.request import Request
from docanalyst.pdf.enclosures.members import local_file
from docanalyst.providers.wire.destinations import Destination
from docanalyst.settings import Settings

Result = TypeVar("Result")

RETRIES = 3
"""How often a task is retried when its worker is lost."""

CONNECT_SECONDS = 20


class ClusterWorkers:
    """Reads and searches on a cluster.

    address: tcp://HOST:PORT, or local:N for N processes here. settings: who may see documents, and how scans
    and pictures of pages are read.
    """

    def __init__(self, address: str, settings: Settings | None = None) -> None:
        self._address = address
        self._settings = settings
        self._cluster: Any = None
        self._client: Any = None

    @property
    def elsewhere(self) -> bool:
        """Whether documents leave this machine.

        A local scheduler may have workers elsewhere; that is unknown.
        """
        try:
            host = urlsplit(self._address).hostname
        except ValueError:
            return True
        return not self._address.startswith("local:") and host not in ("127.0.0.1", "localhost", "::1")

    @property
    def in_the_clear(self) -> bool:
        """Whether documents leave this machine unencrypted."""
        return self.elsewhere and self._address.startswith(("tcp:", "ws:"))

    async def __aenter__(self) -> ClusterWorkers:
        """Connect.

        Raises:
            UsageError: The address is invalid or no cluster answers.
        """
        try:
            distributed: Any = import_module("distributed")
        except ImportError as error:
            raise UsageError(
                "--cluster needs Dask, which is not installed.", install_extra("cluster")
            ) from error
        local = re.fullmatch(r"local:(\d{1,3})", self._address)
        target: Any = self._address
        try:
            if local:
                target = self._cluster = await distributed.LocalCluster(
                    n_workers=max(1, int(local[1])),
                    threads_per_worker=1,
                    processes=True,
                    asynchronous=True,
                    dashboard_address=None,
                    silence_logs=50,
                )
            elif not re.match(r"(?:tcp|tls|ws|wss)://", self._address):
                raise UsageError(
                    f"Invalid cluster address: {self._address!r}.",
                    "Write --cluster tcp://HOST:PORT or --cluster local:4.",
                )
            self._client = await distributed.Client(target, asynchronous=True, timeout=CONNECT_SECONDS)
        except (OSError, TimeoutError) as error:
            await self.__aexit__(None, None, None)
            raise UsageError(
                f"No cluster answers at {self._address}.",
                "Start one with `dask scheduler` and `dask worker`.",
            ) from error
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Disconnect; stop the cluster if this object started it."""
        for part in (self._client, self._cluster):
            if part is not None:
                await part.close()
        self._client = self._cluster = None

    async def read(self, unit: Unit, password: str | None) -> tuple[list[Document], list[str]]:
        """The documents of a unit, read by a worker. Raises DocumentError, also where the rules beside a file
        or the settings do not allow this cluster."""
        await asyncio.to_thread(self._require_permitted, [file.path for file in unit.files])
        files = [await asyncio.to_thread(_content, file.path) for file in unit.files]
        given = [(file.path, file.pages, data) for file, data in zip(unit.files, files, strict=True)]
        found: tuple[list[Document], list[str]] = await self.run(
            read_bytes,
            given,
            password,
            bool(self._settings and self._settings.reread_scans),
            bool(self._settings and self._settings.double_check),
            self._settings.view if self._settings else "final",
        )
        return found

    async def read_then(
        self, units: Sequence[Unit], password: str | None, function: Callable[[list[Document]], Result]
    ) -> list[Result | DocanalystError]:
        """Return the results of the function of what the workers have read, run in threads here."""

        async def result(unit: Unit) -> Result | DocanalystError:
            try:
                documents, _ = await self.read(unit, password)
                return await asyncio.to_thread(function, documents)
            except DocanalystError as error:
                return error

        return list(await asyncio.gather(*map(result, units)))

    @property
    def destination(self) -> Destination:
        """Where documents go: for certain to this machine only with processes that are started here."""
        here = self._address.startswith("local:")
        host = "" if here else urlsplit(self._address).netloc
        return Destination(
            "cluster",
            "The cluster",
            self._address,
            host,
            here,
            True,
            "",
            "",
            ("cluster", f"cluster:{host}"),
            on_this_machine=not self.elsewhere,
            sends=not here,
        )

    def _require_permitted(self, paths: Sequence[str]) -> None:
        settings = self._settings
        own = settings.allowed_providers if settings else None
        rules = (*(() if own is None else (Rule(own, "The configuration"),)), *rules_beside(paths))
        try:
            require_permitted(self.destination, rules, local_only=bool(settings and settings.local_only))
        except UsageError as error:
            names = ", ".join(Path(path).name for path in paths)
            raise DocumentError(
                f"{names} was not sent to the cluster. {error.message}",
                f"Leave out --cluster, or use --cluster local:4. {error.hint}",
                path=paths[0] if paths else "",
            ) from None

    async def run(self, function: Callable[..., Result], *values: object) -> Result:
        """Return the result of a pure function, run by a worker and retried if that worker is lost."""
        future = self._client.submit(function, *values, pure=False, retries=RETRIES)
        try:
            result: Result = await future
            return result
        finally:
            future.release()

    def offline_model(self, spec: ModelSpec) -> OfflineOnCluster:
        """Return the offline analyst that ranks passages on the cluster."""
        return OfflineOnCluster(spec, self)


class OfflineOnCluster:
    """The extractive model, run by the workers."""

    def __init__(self, spec: ModelSpec, workers: ClusterWorkers) -> None:
        self.spec = spec
        self._workers = workers

    async def stream(self, request: Request) -> AsyncGenerator[Delta, None]:
        """Yield one answer. Nothing is sent to a provider, so the usage is exactly zero."""
        yield Delta(answer=await self._workers.run(offline_answer, request.documents, request.fields))
        yield Delta(usage=Usage(), finish_reason="stop", model=self.spec.model_id)

    async def aclose(self) -> None:
        """Do nothing: the cluster stays connected."""


def offline_answer(documents: Sequence[Document], fields: Sequence[Field]) -> str:
    """Return the offline answer to the fields of a batch."""
    from docanalyst.domain.grid.extractive import grid_reply
    from docanalyst.domain.retrieval.ranking import RetrievalIndex

    return "".join(grid_reply(RetrievalIndex(documents), fields))


def read_bytes(
    files: Sequence[tuple[str, str | None, bytes]],
    password: str | None,
    reread_scans: bool = False,
    double_check: bool = False,
    view: str = "final",
) -> tuple[list[Document], list[str]]:
    """Return the documents of files given as bytes, under their original paths. Raises DocumentError.

    Args:
        files: Path, pages and content of each.
        password: For encrypted files.
        reread_scans: Read scans that have a text layer again by OCR.
        double_check: Compare the text of each page with its picture.
        view: How tracked changes are read.
    """
    from dataclasses import replace

    from docanalyst.analyst.planning import merge_duplicates
    from docanalyst.pdf import read_document

    documents = []
    with TemporaryDirectory(prefix="docanalyst-") as folder:
        for number, (path, pages, data) in enumerate(files):
            place = Path(folder, str(number), Path(path).name)
            place.parent.mkdir(mode=0o700)
            place.write_bytes(data)
            try:
                found = read_document(
                    place,
                    password=password,
                    pages=pages,
                    reread_scans=reread_scans,
                    double_check=double_check,
                    view=view,
                )
            except DocumentError as error:
                raise _as_at_home(error, path) from None
            documents.append(replace(found, path=path))
    return merge_duplicates(documents)


def _as_at_home(error: DocumentError, path: str) -> DocumentError:
    return type(error)(error.message, error.hint, path=path)


def _content(path: str) -> bytes:
    try:
        return local_file(path).read_bytes()
    except OSError as error:
        raise DocumentError(
            f"Cannot open {Path(path).name}: {error.strerror or error}.",
            "Check that the file exists and that you have permission to read it.",
            path=path,
        ) from error
