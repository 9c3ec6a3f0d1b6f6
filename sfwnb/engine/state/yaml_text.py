"""Reading a schema from YAML: the dict form, through PyYAML's safe loader.

Only ``true`` and ``false`` are booleans, as in YAML 1.2: an id field that is called ``no`` stays a
name.
"""

import re
from typing import Any

from sfwnb.errors import DefinitionError

_BOOLEAN = "tag:yaml.org,2002:bool"


def read_yaml(text: str, name: str) -> Any:
    """The dict form that a YAML text holds.

    Raises:
        DefinitionError: When PyYAML is not installed, or the text is no YAML.
    """
    try:
        import yaml
    except ImportError:
        raise DefinitionError(
            f"Schema {name!r} is YAML, and PyYAML is not installed. Run: pip install 'sfwnb[state]'"
        ) from None

    class Loader(yaml.SafeLoader):
        """The safe loader, without the words of YAML 1.1 that look like names."""

    Loader.yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in resolvers if tag != _BOOLEAN]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    Loader.add_implicit_resolver(
        _BOOLEAN, re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")
    )
    try:
        return yaml.load(text, Loader)  # a SafeLoader
    except yaml.YAMLError as error:
        raise DefinitionError(f"Schema {name!r} cannot be read as YAML: {error}") from None
