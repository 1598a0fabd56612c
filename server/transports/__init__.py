"""Doors: each only translates between its protocol and server.commands."""
