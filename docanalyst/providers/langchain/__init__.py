"""LangChain's side: our models as chat models of LangChain, and any of LangChain's as a model of ours."""
