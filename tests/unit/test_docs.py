"""The documents say what is so: what is generated is up to date, and what is named exists."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.cli import cli
from bot.config import Settings
from bot.core.lifecycle import CHANGE_TABLE, JOB_TABLE, ROUND_TABLE
from bot.slack import ids
from tests import docs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT = Path(__file__).parents[2]
RECORDS = sorted((ROOT / "docs" / "adr").glob("*.md"))
GUIDES = [f"docs/{path.name}" for path in sorted((ROOT / "docs").glob("*.md"))]
PAGES = [ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", *GUIDES)] + RECORDS
README = (ROOT / "README.md").read_text()

FOLDERS = ("bot", "tests", "docs", ".ci", ".github")
PICTURE_BYTES = 150 * 1024
LONGEST_RECORD = 60


each_page = pytest.mark.parametrize("page", PAGES, ids=[page.name for page in PAGES])
each_record = pytest.mark.parametrize("record", RECORDS, ids=[record.name for record in RECORDS])


# What is generated.


def test_the_readme_is_up_to_date():
    """Settings and diagrams are what the code says. If this fails: run `make readme`."""
    assert docs.brought_up_to_date(README) == README, "run make readme"


def test_every_generated_part_stands_in_the_readme_once():
    """None was lost with its markers."""
    assert sorted(re.findall(r"<!-- generated: (\w+) -->", README)) == sorted(docs.PARTS)
    assert README.count("<!-- end -->") == len(docs.PARTS)


def test_only_what_stands_between_the_markers_is_made_anew():
    """The words around a part stay, whatever stood in it goes, and a second time changes nothing."""
    text = "before\n<!-- generated: settings -->\nSTALE\n<!-- end -->\nafter\n"
    made = docs.brought_up_to_date(text)
    assert made.startswith("before\n<!-- generated: settings -->\n\n| Name |")
    assert made.endswith("|\n\n<!-- end -->\nafter\n")
    assert "STALE" not in made
    assert docs.brought_up_to_date(made) == made


def test_a_part_that_nobody_makes_is_an_error():
    """A misspelt marker does not go unnoticed."""
    with pytest.raises(KeyError, match="setings"):
        docs.brought_up_to_date("<!-- generated: setings -->\n<!-- end -->")


def test_every_setting_is_in_the_table():
    """By its name in the environment, with its default and its meaning."""
    table = docs.settings()
    for name, field in Settings.model_fields.items():
        (row,) = re.findall(rf"^\| `{name.upper()}` \| (.+) \| (.+) \|$", table, re.MULTILINE)
        assert all(cell.strip() for cell in row)
        assert (row[0] == "**needed**") is field.is_required()


def test_a_default_is_written_as_one_would_set_it():
    """Numbers, lists and switches as in the environment; what only code can say, in words."""
    table = docs.settings()
    assert "| `ALLOW_VOLATILE` | `false` |" in table
    assert "| `REMIND_BEFORE_S` | `1800,600` |" in table
    assert "| `UNDO_S` | `10` |" in table
    assert "| `DATA_DIR` | the platform's data folder |" in table


@pytest.mark.parametrize("table", [ROUND_TABLE, CHANGE_TABLE, JOB_TABLE], ids=["round", "change", "job"])
def test_every_state_and_event_is_drawn(table: Mapping[str, Mapping[str, str]]):
    """A diagram that lacks an arrow is no diagram of the table."""
    for state, events in table.items():
        for event, after in events.items():
            assert f"    {state.upper()} --> {after.upper()}: {event}\n" in README


# What is named.


@each_page
def test_every_file_that_a_page_names_exists(page: Path):
    """A path in backticks is a path from the root of the project."""
    missing = [path for path in _paths(page.read_text()) if not (ROOT / path).exists()]
    assert missing == []


@each_page
def test_every_link_within_the_project_leads_somewhere(page: Path):
    """To a file that is there, and to a heading that it has."""
    for target in _links(page.read_text()):
        path, _, heading = target.partition("#")
        aim = (page.parent / path) if path else page
        assert aim.exists(), target
        assert not heading or heading in _anchors(aim.read_text()), target


def test_every_module_of_the_tree_exists_and_every_part_is_in_it():
    """The tree of the README names what is there, and leaves out no part of it."""
    (tree,) = re.findall(r"```text\n(bot/.*?)```", README, re.DOTALL)
    listed = [
        f"{folder}{name}"
        for folder, body in re.findall(r"^(\w+/)\n((?: .*\n)+)", tree, re.MULTILINE)
        for name in re.findall(r"^  (\S+)", body, re.MULTILINE)
    ]
    assert [path for path in listed if not (ROOT / path).exists()] == []
    parts = {path.name for path in (ROOT / "bot").iterdir() if path.is_dir() and path.name[0] != "_"}
    assert {path.split("/")[1] for path in listed if path.startswith("bot/") and path.endswith("/")} == parts


def test_every_command_is_in_the_readme_and_no_other():
    """What the program does, and what is written at a shell's prompt."""
    commands = {
        command.name or command.callback.__name__ for command in cli.registered_commands if command.callback
    }
    assert set(re.findall(r"^\| `superdocs-relay (\w+)", README, re.MULTILINE)) == commands
    assert f"`{ids.COMMAND} help`" in README


def test_every_make_target_that_is_named_exists():
    """In any page."""
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for page in PAGES:
        assert set(re.findall(r"(?:`|^|\s)make ([a-z]+)[`\n]", page.read_text())) <= targets, page.name


@pytest.mark.parametrize("picture", re.findall(r'(?:src="|\]\()(docs/pictures/\S+?)[")]', README))
def test_every_picture_is_small_and_is_a_picture(picture: str):
    """Each loads at once on a phone."""
    content = (ROOT / picture).read_bytes()
    assert content.startswith(b"\x89PNG")
    assert len(content) < PICTURE_BYTES


# How records are written.


def test_records_are_numbered_without_a_gap():
    """The number is the order in which decisions were taken."""
    numbers = [int(record.name[:4]) for record in RECORDS]
    assert numbers == list(range(1, len(RECORDS) + 1))


@each_record
def test_a_record_has_its_four_parts_and_is_short(record: Path):
    """Context, options, decision, consequences, on less than a page."""
    text = record.read_text()
    assert text.startswith(f"# {int(record.name[:4])}. ")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Context", "Options", "Decision", "Consequences"]
    assert len(text.splitlines()) < LONGEST_RECORD


@each_page
def test_a_page_has_one_sentence_on_each_line(page: Path):
    """Semantic newlines: a change of one sentence is a change of one line."""
    crowded = [line for line in _prose(page.read_text()) if re.search(r"[a-z)`*][.!?] [A-Z]", line)]
    assert crowded == []


def _paths(text: str) -> Iterator[str]:
    """Find everything in backticks that looks like a path of this project."""
    for named in re.findall(r"`([\w./*-]+)`", text):
        is_path = named.startswith(tuple(f"{folder}/" for folder in FOLDERS)) or re.fullmatch(
            r"[\w-]+\.(?:md|yml|toml|lock)|Makefile|LICENSE", named
        )
        if is_path and "*" not in named and "NNNN" not in named:
            yield named


def _links(text: str) -> Iterator[str]:
    """Find the targets of links and pictures that lead nowhere else."""
    for target in re.findall(r'\]\(([^)\s]+)\)|src="([^"]+)"', text):
        found = target[0] or target[1]
        if not found.startswith(("https://", "http://")):
            yield found


def _anchors(text: str) -> set[str]:
    """Name the headings as links name them."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}


def _prose(text: str) -> Iterator[str]:
    """Give the lines that are sentences: no code, no tables, nothing generated."""
    without_code = re.sub(r"^ *```.*?^ *```$", "", text, flags=re.MULTILINE | re.DOTALL)
    return (line for line in without_code.splitlines() if not line.lstrip().startswith(("|", "#", "<", "!")))
