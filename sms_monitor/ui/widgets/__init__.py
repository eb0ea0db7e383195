"""The panes of the monitor and the table they share."""
