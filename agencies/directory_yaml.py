"""The directory as YAML: a list of agencies, each with the line on which it begins."""

from pathlib import Path
from typing import Any

import yaml

from agencies.directory_entry import Entry, UnreadableDirectory


def entries(path: Path) -> list[Entry]:
    """Raises UnreadableDirectory."""
    try:
        loader = yaml.SafeLoader(path.read_text(encoding="utf-8"))
        node = loader.get_single_node()
        document = loader.construct_document(node) if node else None
    except OSError as error:
        raise UnreadableDirectory(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UnreadableDirectory(f"{path}: not UTF-8 at byte {error.start}") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise UnreadableDirectory(f"{path}, line {line}: {error.problem}") from error
    except yaml.YAMLError as error:
        raise UnreadableDirectory(f"{path}: {error}") from error
    if not isinstance(document, dict) or not isinstance(document.get("agencies"), list):
        raise UnreadableDirectory(f"{path}, line 1: no list named 'agencies'")
    return [Entry(*pair) for pair in zip(_lines(node), document["agencies"], strict=True)]


def _lines(document: Any) -> list[int]:
    """The line on which each agency begins."""
    agencies = {key.value: value for key, value in document.value}["agencies"]
    return [agency.start_mark.line + 1 for agency in agencies.value]
