"""E-mails: the message as it is shown, and the files attached to it."""
