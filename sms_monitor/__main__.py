"""`python -m sms_monitor`."""

import sys

from sms_monitor.cli import main

if __name__ == "__main__":
    sys.exit(main())
