"""The catalog: providers, their models, windows, prices and tokenizers; plug-ins beside it."""
