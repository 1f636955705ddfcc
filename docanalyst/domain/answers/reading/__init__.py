"""How the text of an answer is read: its markup, its parts, and the words that it quotes, with places."""
