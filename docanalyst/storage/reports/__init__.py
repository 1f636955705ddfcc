"""Reading the store: search, SQL, spending, and figures about models."""
