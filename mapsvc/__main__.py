"""`python -m mapsvc VERB`."""

import sys

from mapsvc.cli import main

if __name__ == "__main__":
    sys.exit(main())
