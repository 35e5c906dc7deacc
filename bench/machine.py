"""What the figures were measured on."""

from __future__ import annotations

import os
import platform
from pathlib import Path


def described() -> str:
    """Processor, cores, memory, how busy it is, Python: figures mean nothing without them."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    model = next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.machine())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    load = " ".join(f"{value:.1f}" for value in os.getloadavg())
    return f"{model}, {os.cpu_count()} cores, {memory:.0f} GiB, load {load}; Python {platform.python_version()}"
