"""Recognition of scanned pages: tesseract or the extra `ocr`."""
