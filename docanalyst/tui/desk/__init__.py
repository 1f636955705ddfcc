"""The state behind the main screen: documents being read and counted, the question being asked, branches."""
