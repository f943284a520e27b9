"""`python -m cli` is the `offhook` command."""

from cli.app import app

if __name__ == "__main__":
    app(prog_name="offhook")
