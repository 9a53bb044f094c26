"""Facts into a sentence's places."""

from collections.abc import Mapping


class _Blank(dict[str, object]):
    """What a sentence asks for and nobody knows is nothing."""

    def __missing__(self, key: str) -> str:
        return ""


def fill(text: str, facts: Mapping[str, object]) -> str:
    """The sentence with its facts; what is not among them is left blank."""
    # braces in a fact stay as they are, for it is not read again
    return text.format_map(_Blank(facts))
