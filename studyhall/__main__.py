"""`python -m studyhall` is the same as `studyhall`."""

from studyhall.cli import main

main(prog_name="studyhall")
