"""Files inside other files: the attachments of e-mails, each read as a document of its own."""
