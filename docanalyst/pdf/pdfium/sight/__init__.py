"""What a reader of a page sees, and what is hidden, blacked out, struck through or given for other words.

`view.View` brings it together.
"""
