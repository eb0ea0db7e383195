"""The outside world: HTTP, credentials, files, the polling loop."""
