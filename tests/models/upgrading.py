"""A program that brings a store up to this version."""

import sys

from tests.conftest import migrate

if __name__ == "__main__":
    migrate(sys.argv[1])
