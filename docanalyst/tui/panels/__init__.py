"""The panels of the main screen: documents, answers, evidence, page, prompt, context bar."""
