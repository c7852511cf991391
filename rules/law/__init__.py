"""What the law says of files that are otherwise right: one rule per file, each with its source and how sure it is.

They are rules of `relance lint` like the others (rules/lint lists them): warnings, silenced with a reason. None of this
is legal advice. Confidence: A read word for word, B secondary source, C from memory, X to be confirmed.
"""

from __future__ import annotations

import rules.lint  # noqa: F401  (it lists these rules and is loaded first, whichever of the two is asked for)
