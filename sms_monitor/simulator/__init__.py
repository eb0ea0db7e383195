"""A stand-in for the Altinn Notifications API, written from its contract alone."""
