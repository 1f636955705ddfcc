"""The tools of docanalyst over the Model Context Protocol (extra `mcp`), for other programs to call."""
