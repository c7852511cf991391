"""Judges mutmut's mutants in one session of pytest: collected once, a fork for each, and only the tests it can touch.

mutmut alone starts pytest anew for every mutant and asks every test that calls the function; that takes days. Here a
test is asked if it runs the statement that is changed, and first those that noticed the mutants beside it. Verdicts
stay where mutmut keeps them: `mutmut results` and `mutmut show NAME` work. Without patterns, what has none is judged.

    python .ci/mutants.py "rules.money.*" "rules.conditions.*"
"""

from __future__ import annotations

import ast
import gc
import os
import resource
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from contextlib import redirect_stdout
from fnmatch import fnmatch
from io import StringIO
from itertools import zip_longest
from pathlib import Path
from textwrap import dedent

import pytest
from coverage import Coverage, CoverageData
from mutmut.__main__ import create_mutants
from mutmut.configuration import config
from mutmut.mutation import trampoline
from mutmut.mutation.data import MutantLineSpans, SourceFileMutationData, read_line_spans
from mutmut.mutation.trampoline import set_mutant_under_test
from mutmut.stats import status_by_exit_code
from mutmut.utils.file_utils import copy_also_copy_files, copy_src_dir, setup_source_paths
from mutmut.utils.format_utils import mangled_name_from_mutant_name

KILLED, SURVIVED, NO_TESTS = 1, 0, 33


class File:
    """A mutated file, its mutants' verdicts, and the lines of the original that each of them changes."""

    def __init__(self, path: str) -> None:
        self.path = Path("mutants", path).absolute()
        self.verdicts = SourceFileMutationData(path=path)
        self.verdicts.load()
        self.verdicts.meta_path = self.verdicts.meta_path.absolute()
        spans = MutantLineSpans.load(path)
        assert spans is not None, path
        self.spans = spans.span_by_function_name
        ordered = sorted(self.spans, key=lambda name: self.spans[name].start)
        self.sources = dict(zip(ordered, read_line_spans(self.path, [self.spans[n] for n in ordered]), strict=True))

    def lines(self, mutant: str) -> range:
        """The statement of the original that `mutant` changes; the whole function where that is its signature."""
        original, changed = (
            f"{mangled_name_from_mutant_name(mutant)}__mutmut_orig".rpartition(".")[2],
            mutant.rpartition(".")[2],
        )
        before, after = (dedent(self.sources[name]).replace(name, "f").splitlines() for name in (original, changed))
        first = next(n for n, (one, other) in enumerate(zip_longest(before, after), 1) if one != other)
        function = ast.parse("\n".join(before)).body[0]
        around = [s for s in ast.walk(function) if isinstance(s, ast.stmt) and s.lineno <= first <= (s.end_lineno or 0)]
        inner = max(around, key=lambda statement: statement.lineno)
        body = getattr(inner, "body", None)
        last = (
            body[0].lineno - 1 if body and inner is not function and first < body[0].lineno else inner.end_lineno or 0
        )
        start = self.spans[original].start - 1
        return range(start + inner.lineno, start + last + 1)


class Judges:
    """A plugin in place of pytest's loop: one clean run says which test runs what, then every mutant has its forks."""

    def __init__(self, files: Sequence[File], patterns: Sequence[str]) -> None:
        self.files, self.patterns = files, patterns
        self.items: dict[str, pytest.Item] = {}
        self.seconds: dict[str, float] = {}
        self.kills: dict[str, Counter[str]] = defaultdict(Counter)  # of the mutants of one function, by test

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        set_mutant_under_test("")
        self.items = {item.nodeid: item for item in session.items}
        coverage = Coverage(data_file=None, config_file=False, include=[str(file.path) for file in self.files])
        with coverage.collect():
            for name, item in self.items.items():
                coverage.switch_context(name)
                start = time.process_time()
                fails(item)
                self.seconds[name] = time.process_time() - start
        gc.freeze()
        if session.testsfailed or self.fork("", self.items)[0] != SURVIVED:
            raise pytest.UsageError("a test fails without any mutant, at the first or at the second time")
        for file in self.files:
            self.judge(file, coverage.get_data())
        return True

    def judge(self, file: File, ran: CoverageData) -> None:
        """Every mutant of a file that is asked for."""
        codes, durations = file.verdicts.exit_code_by_key, file.verdicts.durations_by_key
        wanted = [name for name, code in codes.items() if self.wanted(name, code)]
        by_line = ran.contexts_by_lineno(str(file.path))
        for name in wanted:
            kills = self.kills[mangled_name_from_mutant_name(name)]
            tests = {test for line in file.lines(name) for test in by_line.get(line, ())} & self.items.keys()
            start = time.monotonic()
            codes[name], by = self.fork(name, sorted(tests, key=lambda test: (-kills[test], self.seconds[test])))
            durations[name] = time.monotonic() - start
            kills[by] += 1
            file.verdicts.save()
            if codes[name] != KILLED:
                print(f"\n{status_by_exit_code[codes[name]]}: {name}", end="", flush=True)
        if wanted:
            found = Counter(status_by_exit_code[codes[name]] for name in wanted)
            print(
                f"\n{file.verdicts.path}: {len(wanted)} mutants,", ", ".join(f"{n} {what}" for what, n in found.items())
            )

    def wanted(self, name: str, code: int | None) -> bool:
        return any(fnmatch(name, pattern) for pattern in self.patterns) if self.patterns else code is None

    def fork(self, mutant: str, tests: Iterable[str]) -> tuple[int, str]:
        """The exit code of a process that runs `tests` until one of them fails, and which one that was."""
        items = [self.items[test] for test in tests]
        if not items:
            return NO_TESTS, ""
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
    files = [File(path) for path in config().only_mutate]
    os.chdir("mutants")
    options = [
        "--rootdir=.",
        "-q",
        "-s",
        "--tb=no",
        "--assert=plain",
        "-p",
        "no:cacheprovider",
        *config().pytest_add_cli_args,
    ]
    return pytest.main([*options, *config().pytest_add_cli_args_test_selection], plugins=[Judges(files, patterns)])


if __name__ == "__main__":
    sys.path.remove(str(Path(__file__).parent))
    sys.exit(main(sys.argv[1:]))
