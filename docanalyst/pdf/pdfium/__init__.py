"""What pdfium sees in a file: pages, objects, pictures, annotations, fields, hidden text."""
