"""What holds for every test: one thread per process, since there are as many processes as cores."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
