"""Documents without fixed pages: Word and text files, web pages, e-mails, books."""
