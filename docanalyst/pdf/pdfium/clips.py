"""Clip paths: the part of the page in which an object is visible."""

from __future__ import annotations

from array import array

from docanalyst.pdf.pdfium.bindings import raw

Edges = tuple[float, float, float, float]
"""Left, bottom, right, top."""

_MOST_PATHS = 40
_MOST_POINTS = 64


class Clips:
    """The windows of clips, asked for once: things drawn under one clip share its points."""

    def __init__(self) -> None:
        self._point = array("f", [0.0] * 2)
        first = self._point.buffer_info()[0]
        self._at = first, first + 4
        self._windows: dict[int, tuple[Edges, bool]] = {}

    def window(self, handle: int) -> tuple[Edges, bool] | None:
        """The box around what a thing's clip lets through, in the space of the thing, and whether the clip is
        that box; None where there is no clip."""
        clip = raw.FPDFPageObj_GetClipPath(handle)
        if not clip:
            return None
        paths = raw.FPDFClipPath_CountPaths(clip)
        if paths <= 0:
            return None
        if paths == 1:
            first = raw.FPDFClipPath_GetPathSegment(clip, 0, 0)
            return self._path(clip, 0, first) if first else None
        edges: Edges = (-1e9, -1e9, 1e9, 1e9)
        plain = paths <= _MOST_PATHS
        for number in range(min(paths, _MOST_PATHS)):
            first = raw.FPDFClipPath_GetPathSegment(clip, number, 0)
            if first:
                window, box = self._path(clip, number, first)
                edges = shared(edges, window)
                plain = plain and box
        return edges, plain

    def _path(self, clip: int, number: int, first: int) -> tuple[Edges, bool]:
        known = self._windows.get(first)
        if known is None:
            known = self._windows[first] = self._measured(clip, number, first)
        return known

    def _measured(self, clip: int, number: int, first: int) -> tuple[Edges, bool]:
        """The box around a path, and whether the path is that box."""
        get, point, place_of = raw.FPDFClipPath_GetPathSegment, raw.FPDFPathSegment_GetPoint, self._point
        at, at_2 = self._at
        segments = raw.FPDFClipPath_CountPathSegments(clip, number)
        point(first, at, at_2)
        x, y = place_of
        xs, ys = [x], [y]
        # The last of five points is the first one again.
        for place in range(1, 4 if segments == 5 else min(segments, _MOST_POINTS)):
            point(get(clip, number, place), at, at_2)
            x, y = place_of
            xs.append(x)
            ys.append(y)
        left, bottom, right, top = min(xs), min(ys), max(xs), max(ys)
        plain = (
            segments in (4, 5)
            and xs.count(left) + xs.count(right) >= len(xs)
            and ys.count(bottom) + ys.count(top) >= len(ys)
        )
        return (left, bottom, right, top), plain


def shared(first: Edges, second: Edges) -> Edges:
    """What two boxes share; a box without extent where they share nothing."""
    left, bottom, right, top = first
    left_2, bottom_2, right_2, top_2 = second
    return (
        left if left > left_2 else left_2,
        bottom if bottom > bottom_2 else bottom_2,
        right if right < right_2 else right_2,
        top if top < top_2 else top_2,
    )
