"""Where are the packages that AWS puts beside a function?"""

import os
import subprocess
import sys
from pathlib import Path

_REQUIREMENTS = Path(__file__).with_name("requirements.txt")


def find_aws_packages(scratch: Path) -> Path:
    """The folder that `make` filled; without make, one that is filled now."""
    made = os.environ.get("OFFHOOK_LAMBDA_RUNTIME")
    if made and Path(made).is_dir():
        return Path(made)
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(scratch)]
    subprocess.run([*command, "-r", str(_REQUIREMENTS)], check=True)
    return scratch
