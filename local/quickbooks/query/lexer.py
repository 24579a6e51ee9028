"""Cut a query into tokens."""

from dataclasses import dataclass

from local.quickbooks.faults import Fault

_SYMBOLS = ("<=", ">=", "=", "<", ">", "(", ")", ",", "*")


@dataclass(frozen=True, slots=True)
class Token:
    """One token: kind is word, number, string, symbol or end; text has no quotes or escapes left."""

    kind: str
    text: str
    line: int
    column: int


def tokenize(source: str, *, ascii_only: bool = False) -> list[Token]:
    """Return the tokens, the last of kind ``end``; raise fault 4000 for what is no token.

    Inside a literal a backslash takes the quote or backslash after it literally; before anything else it
    stands for itself. ``ascii_only`` gives the lexical error that Intuit's parser was seen to give for
    typographic characters.
    """
    tokens: list[Token] = []
    position, line, line_start = 0, 1, 0
    while position < len(source):
        character = source[position]
        column = position - line_start + 1
        if character.isspace():
            position += 1
            if character == "\n":
                line, line_start = line + 1, position
        elif character == "'":
            text, position = _string(source, position, line, column, ascii_only)
            tokens.append(Token("string", text, line, column))
        elif character.isalpha() or character == "_":
            end = position
            while end < len(source) and (source[end].isalnum() or source[end] in "_."):
                end += 1
            tokens.append(Token("word", source[position:end], line, column))
            position = end
        elif character.isdigit() or (character == "-" and source[position + 1 : position + 2].isdigit()):
            end = position + 1
            while end < len(source) and (source[end].isdigit() or source[end] == "."):
                end += 1
            tokens.append(Token("number", source[position:end], line, column))
            position = end
        else:
            symbol = next((symbol for symbol in _SYMBOLS if source.startswith(symbol, position)), None)
            if symbol is None:
                raise lexical_error(character, line, column)
            tokens.append(Token("symbol", symbol, line, column))
            position += len(symbol)
    tokens.append(Token("end", "", line, len(source) - line_start + 1))
    return tokens


def lexical_error(character: str, line: int, column: int) -> Fault:
    """Return the fault for a character that starts no token."""
    if character:
        shown = character if character.isascii() else f"\\u{ord(character):04x}"
        seen = f'"{shown}" ({ord(character)})'
    else:
        seen = "<EOF>"
    return Fault(
        "4000",
        f'QueryParserError: Lexical error at line {line}, column {column}.  Encountered: {seen}, after : ""',
        None,
    )


def _string(source: str, start: int, line: int, column: int, ascii_only: bool) -> tuple[str, int]:
    parts: list[str] = []
    position = start + 1
    while position < len(source):
        character = source[position]
        if character == "'":
            return "".join(parts), position + 1
        if character == "\\" and source[position + 1 : position + 2] in ("'", "\\"):
            position += 1
            character = source[position]
        if ascii_only and not character.isascii():
            raise lexical_error(character, line, column + position - start)
        parts.append(character)
        position += 1
    raise lexical_error("", line, column + position - start)
