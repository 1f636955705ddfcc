"""What a run may do: pace, shared limits, consent."""
