"""What was added to a page or a file: values of fields, signatures, stamps, notes, attached files."""
