"""The plain pages: Vietnamese, server-rendered, usable without any script."""
