"""`relance record`: a command for each kind of thing that people may say."""

from __future__ import annotations

import click

from worker.cli.saying import command_of
from worker.record import KINDS


@click.group()
def record() -> None:
    """Record by hand what happened. The case is woken, and acts on it.

    \b
    Examples:
      relance record payment --amount '1200.00 EUR' --invoices F-1 --reference VIR-4711
      relance record promise --on 2027-01-20 --invoices F-1,F-2
      relance record dispute --invoice F-1 --reason 'wrong quantity' --part '200.00 EUR'
    """


EXAMPLES = {
    "payment": (
        "record payment --amount '1200.00 EUR' --invoices F-1,F-2 --reference VIR-4711",
        "record payment --amount '1200.00 EUR' --customer C-1 --on 2027-01-11",
    ),
    "credit": ("record credit --amount '200.00 EUR' --invoices F-1 --reference A-2027-004",),
    "promise": ("record promise --on 2027-01-20 --invoices F-1,F-2", "record promise --on 2027-01-20 --customer C-1"),
    "plan-offer": ("record plan-offer --invoices F-1 --instalments 3 --on 2027-02-01 --reply-by 2027-01-20",),
    "plan": ("record plan --invoices F-1 --instalments 3 --on 2027-02-01",),
    "hold": ("record hold --customer C-1 --kind insolvency --opened 2027-01-08",),
    "release": ("record release --hold manual/2027-01-08-3f2a9c01de", "record release --contract K-1"),
    "reply": ("record reply --invoice F-1",),
    "stop": ("record stop --contract K-1 --reason 'the contract is being renegotiated'",),
    "resume": ("record resume --contract K-1",),
}

for kind in KINDS:
    record.add_command(command_of(kind, examples=EXAMPLES.get(kind, ())))
