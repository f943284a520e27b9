"""Which modules can a function import on Lambda?

Run as a script by `python -I -S -B`: its own packages first, then AWS's, and the standard library.
"""

import os
import runpy
import sys

sys.path.insert(0, os.environ["LAMBDA_TASK_ROOT"])
sys.path.append(os.environ["LAMBDA_RUNTIME_DIR"])
sys.argv = ["awslambdaric", os.environ["_HANDLER"]]
runpy.run_module("awslambdaric", run_name="__main__", alter_sys=True)
