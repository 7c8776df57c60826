"""Fuzzing: random setup files, run files, data files and network modules against plain loops.

    python -m tests.fuzzing --minutes 60 --kind all --seed 1 --out DIR

runs cases of all kinds in turn, from the root of the project, and writes to DIR: `counts.json` and
`counts.txt` (how the cases ended, by kind), and a folder for each distinct fault with the files of
the case and what was printed. `--case networks:17 --seed 1` runs one case again and keeps its
files.

Every case must end in numbers that an independent computation confirms, or in a refusal that names
place and cause; never in a traceback, a hang, a wrong number, or more than 4 GB. Random numbers
come from the seed, the kind and the number of the case alone. A few dozen fixed cases of each kind
are part of the test suite.

- setups: setup files, valid near edges or broken, and all commands on them; confirmed by the
  statements at 80 digits, read from the file by other code.
- evaluate: theorems and values; confirmed in the same way.
- problems: training problems on the line, run in full; gaps and stability are counted out and
  never above what is proved.
- runs: run files of all learners on small data; confirmed by refits one by one with numpy, scipy
  or plain torch.
- files: data files of all types, shapes, names and damages; confirmed by what numpy reads.
- networks: modules of torch as users write them; confirmed by training with and without an
  example, one by one, in a plain loop.
"""
