"""Judges mutmut's mutants in one session of pytest: collected once, a fork for each, the likeliest tests first.

mutmut alone starts pytest anew for every mutant, which takes hours. Its verdicts are kept where it keeps them, so
that `mutmut results` and `mutmut show NAME` work. Without patterns, what has no verdict yet is judged.

    python .ci/mutants.py "rules.money.*" "rules.conditions.*"
"""

from __future__ import annotations

import gc
import os
import resource
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from contextlib import redirect_stdout
from fnmatch import fnmatch
from io import StringIO
from pathlib import Path

import pytest
from mutmut.__main__ import create_mutants
from mutmut.configuration import config
from mutmut.mutation import trampoline
from mutmut.mutation.data import SourceFileMutationData
from mutmut.mutation.trampoline import set_mutant_under_test
from mutmut.state import state
from mutmut.stats import status_by_exit_code
from mutmut.utils.file_utils import copy_also_copy_files, copy_src_dir, setup_source_paths
from mutmut.utils.format_utils import mangled_name_from_mutant_name as function_of

KILLED, SURVIVED, NO_TESTS = 1, 0, 33


class Judges:
    """A plugin in place of pytest's loop: one clean run says which test calls what, then every mutant has its forks."""

    def __init__(self, files: Sequence[SourceFileMutationData], patterns: Sequence[str]) -> None:
        self.files, self.patterns = files, patterns
        self.seconds: dict[str, float] = {}
        self.callers: dict[str, list[pytest.Item]] = defaultdict(list)
        self.kills: dict[str, Counter[str]] = defaultdict(Counter)  # of the mutants of one function, by test

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        set_mutant_under_test("stats")
        for item in session.items:
            state()._stats.clear()
            start = time.process_time()
            fails(item)
            self.seconds[item.nodeid] = time.process_time() - start
            for function in state()._stats:
                self.callers[function].append(item)
        set_mutant_under_test("")
        gc.freeze()
        if session.testsfailed or self.fork("", session.items)[0] != SURVIVED:
            raise pytest.UsageError("a test fails without any mutant, at the first or at the second time")
        for file in self.files:
            self.judge(file)
        return True

    def judge(self, file: SourceFileMutationData) -> None:
        """Every mutant of a file that is asked for."""
        wanted = [name for name, code in file.exit_code_by_key.items() if self.wanted(name, code)]
        found: Counter[str] = Counter()
        for name in wanted:
            kills = self.kills[function_of(name)]
            items = sorted(self.callers[function_of(name)], key=lambda i: (-kills[i.nodeid], self.seconds[i.nodeid]))
            start = time.monotonic()
            code, by = self.fork(name, items) if items else (NO_TESTS, "")
            kills[by] += 1
            found[status_by_exit_code[code]] += 1
            file.exit_code_by_key[name], file.durations_by_key[name] = code, time.monotonic() - start
            file.save()
            if code != KILLED:
                print(f"\n{status_by_exit_code[code]}: {name}", end="", flush=True)
        if wanted:
            print(f"\n{file.path}: {len(wanted)} mutants,", ", ".join(f"{n} {what}" for what, n in found.items()))

    def wanted(self, name: str, code: int | None) -> bool:
        return any(fnmatch(name, pattern) for pattern in self.patterns) if self.patterns else code is None

    def fork(self, mutant: str, items: Sequence[pytest.Item]) -> tuple[int, str]:
        """The exit code of a process that runs `items` until one of them fails, and which one that was."""
        allowed = int(5 + 10 * sum(self.seconds[item.nodeid] for item in items))  # of the processor's time
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                for stream in (1, 2):
                    os.dup2(os.open(os.devnull, os.O_WRONLY), stream)
                resource.setrlimit(resource.RLIMIT_CPU, (allowed, allowed + 1))
                set_mutant_under_test(mutant)
                trampoline.get_mutant_under_test = lambda: mutant  # sooner than from the environment
                failed = next((item.nodeid for item in items if fails(item)), None)
                os.write(writing, (failed or "").encode()[:4096])
                os._exit(SURVIVED if failed is None else KILLED)
            finally:
                os._exit(KILLED)
        os.close(writing)
        with os.fdopen(reading, "rb") as pipe:
            by = pipe.read().decode(errors="replace")
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), by


def fails(item: pytest.Item) -> bool:
    """Runs one test with its own fixtures; whether one has failed by now."""
    item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
    return item.session.testsfailed > 0


def main(patterns: Sequence[str]) -> int:
    set_mutant_under_test("mutant_generation")
    Path("mutants").mkdir(exist_ok=True)
    with redirect_stdout(StringIO()):
        copy_src_dir()
        copy_also_copy_files()
        create_mutants(os.cpu_count() or 1)
    setup_source_paths()
    files = []
    for path in config().only_mutate:
        file = SourceFileMutationData(path=path)
        file.load()
        file.meta_path = file.meta_path.absolute()
        files.append(file)
    os.chdir("mutants")
    options = ["--rootdir=.", "-q", "-s", "-p", "no:cacheprovider", *config().pytest_add_cli_args]
    return pytest.main([*options, *config().pytest_add_cli_args_test_selection], plugins=[Judges(files, patterns)])


if __name__ == "__main__":
    sys.path.remove(str(Path(__file__).parent))
    sys.exit(main(sys.argv[1:]))
