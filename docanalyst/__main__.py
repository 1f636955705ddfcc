"""`python -m docanalyst`."""

from docanalyst.cli import main

if __name__ == "__main__":
    main()
