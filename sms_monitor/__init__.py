"""Watch SMS deliveries of Altinn Notifications orders from a terminal."""

__version__ = "0.1.0"
