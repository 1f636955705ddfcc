"""Places on a page: where a quote stands, pictures of it, highlighted copies."""
