"""`python -m worker.cli`, the same as `relance`."""

from worker.cli.app import main

main()
