"""One answer over many documents: each is read whole in a request of its own, then the evidence is merged."""
