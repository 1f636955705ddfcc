"""Models that run on this machine: a GGUF file, answered by a server process of llama.cpp."""
