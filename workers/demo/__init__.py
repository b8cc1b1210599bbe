"""The demo province and its specimens: everything in here is invented, and nothing of it has legal value."""
