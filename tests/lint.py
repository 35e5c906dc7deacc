"""Run graphql-eslint over schema.graphql where node is: `python -m tests.lint`. Says when it had to be left out.

What has to hold everywhere stands in tests/contract/test_conventions.py.
"""

from __future__ import annotations

import subprocess
import sys

from tests.services import LINT, Missing, find_node


def main() -> int:
    """0 when the schema keeps the rules of lint/rules.mjs, and where they cannot be asked."""
    try:
        find_node(LINT)
    except Missing as missing:
        print(f"graphql-eslint LEFT OUT: schema.graphql was not linted ({missing})", flush=True)
        return 0
    return subprocess.run(["node", "lint/check.mjs", "schema.graphql"], cwd=LINT.parent, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
