"""The repository keeps its own promises: links, decisions, the lock, and nothing of anybody's machine."""

from __future__ import annotations

import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
LONGEST_FILE = 350
SECTIONS = ["Status", "Context", "Decision", "Consequences", "Rejected"]

LINK = re.compile(r"\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==(\S+)(.*(?:\n    .*)*)", re.MULTILINE)
INDEX = re.compile(r"--(?:extra-)?index-url|--find-links|https?:|file:")
MACHINE = re.compile(r"/(?:home|root|Users|work)/[\w.]|[A-Z]:\\Users")
REGISTRY = re.compile(r"(?:pypi|pythonhosted|npmjs|yarnpkg)\.(?:org|com)/(?:simple|packages|-/)|registry\.npmjs")


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", *patterns], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def lock() -> str:
    return (ROOT / "requirements.lock").read_text()


def decisions() -> list[Path]:
    return sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))


def anchors(document: Path) -> set[str]:
    """The anchors of its headings, as code hosts make them."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", document.read_text()), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def broken_links(document: Path) -> list[str]:
    broken = []
    for link in LINK.findall(FENCE.sub("", document.read_text())):
        path, _, anchor = link.partition("#")
        if "://" in path or path.startswith("mailto:"):
            continue
        target = (document.parent / path).resolve() if path else document
        if not target.exists() or (anchor and target.suffix == ".md" and anchor not in anchors(target)):
            broken.append(f"{named(document)}: {link}")
    return broken


def test_every_link_between_documents_leads_somewhere() -> None:
    documents = tracked("*.md")

    broken = [link for document in documents for link in broken_links(document)]

    assert documents
    assert broken == []


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = [int(path.name[:4]) for path in decisions()]

    assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize("decision", decisions(), ids=lambda path: path.stem)
def test_a_decision_says_status_context_decision_consequences_and_what_was_rejected(decision: Path) -> None:
    text = decision.read_text()

    assert re.match(rf"# {int(decision.name[:4])}\. \S", text)
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == SECTIONS


def test_every_decision_is_listed_in_the_architecture() -> None:
    architecture = (ROOT / "docs" / "architecture.md").read_text()

    assert [named(path) for path in decisions() if f"decisions/{path.name}" not in architecture] == []


def test_the_lock_pins_every_dependency_to_a_version_the_project_accepts() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    pins = {canonicalize_name(name): version for name, version, _ in PIN.findall(lock())}

    requirements = [Requirement(line) for line in wanted]
    wrong = [
        f"{requirement} but {pins.get(canonicalize_name(requirement.name))}"
        for requirement in requirements
        if not requirement.specifier.contains(pins.get(canonicalize_name(requirement.name), "0"), prereleases=True)
    ]

    assert wrong == []


def test_the_lock_has_a_hash_for_every_package_and_names_no_index() -> None:
    pins = PIN.findall(lock())

    assert [name for name, _, rest in pins if "--hash=sha256:" not in rest] == []
    assert INDEX.findall(lock()) == []


def test_no_file_names_a_place_on_somebodys_machine_or_a_registry() -> None:
    found = []
    for path in tracked():
        text = path.read_bytes().decode(errors="replace")
        found += [f"{named(path)}: {hit}" for pattern in (MACHINE, REGISTRY) for hit in pattern.findall(text)]

    assert found == []


def test_no_file_of_code_is_longer_than_a_person_reads_at_once() -> None:
    code = [path for path in tracked("*.py") if not {"migrations", "tests"} & set(path.relative_to(ROOT).parts)]

    too_long = [named(path) for path in code if len(path.read_text().splitlines()) > LONGEST_FILE]

    assert too_long == []


def test_every_make_target_is_explained() -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = re.search(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)
    explained = re.findall(r"^([a-z]+):.*## \S", makefile, re.MULTILINE)

    assert targets is not None
    assert sorted(targets[1].split()) == sorted(explained)


def test_continuous_integration_is_one_executable_file() -> None:
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
