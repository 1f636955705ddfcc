"""Web pages and EPUB books: what a browser shows of them. Nothing that they refer to is fetched or run."""
