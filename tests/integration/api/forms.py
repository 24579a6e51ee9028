"""Forms of a page as a browser without scripts fills them in and sends them."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlsplit

from tests.integration.api.portal import Person
from tests.integration.api.stack import Answer


@dataclass
class Control:
    """An input, a selection or a text area."""

    name: str
    type: str
    value: str
    is_sent: bool
    """Boxes and radio buttons are sent when they are ticked."""
    attributes: dict[str, str]
    options: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class Form:
    """One form of a page."""

    action: str
    controls: list[Control] = field(default_factory=list)

    def __getitem__(self, name: str) -> Control:
        return next(control for control in self.controls if control.name == name)

    def values(self, name: str) -> list[str]:
        """What would be sent under a name."""
        return [control.value for control in self.controls if control.name == name and control.is_sent]

    def fill(self, **texts: str) -> "Form":
        """Type texts, and choose options; names have ``__`` for dots and ``_`` for hyphens where they have them."""
        for name, text in texts.items():
            self.set(name.replace("__", "."), text)
        return self

    def set(self, name: str, text: str) -> "Form":
        """Type a text, choose an option or a radio button; "" unticks a box, "on" ticks it."""
        for control in [control for control in self.controls if control.name == name]:
            if control.type in ("radio", "checkbox"):
                control.is_sent = control.value == text
            else:
                assert not control.options or text in dict(control.options), (text, control.options)
                control.value = text
        assert any(control.name == name for control in self.controls), name
        return self

    def send(self, person: Person, **button: str) -> Answer:
        """Press its button."""
        fields = [(control.name, control.value) for control in self.controls if control.is_sent]
        address = urlsplit(self.action)
        url = address.path.removeprefix("/dev") + (f"?{address.query}" if address.query else "")
        return person.post(url, fields + list(button.items()))


def form(page: Answer, label: str) -> Form:
    """The form of that accessible name."""
    found = _Forms()
    found.feed(page.text)
    return found.by_label[label]


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.by_label: dict[str, Form] = {}
        self._form: Form | None = None
        self._select: Control | None = None
        self._text: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(given["action"])
            self.by_label[given.get("aria-label", "")] = self._form
        elif self._form is not None and tag in ("input", "select", "textarea"):
            kind = given.get("type", tag)
            is_sent = kind not in ("radio", "checkbox") or "checked" in given
            control = Control(given["name"], kind, given.get("value", ""), is_sent, given)
            self._form.controls.append(control)
            self._select = control if tag == "select" else None
            self._text = [] if tag == "textarea" else None
        elif tag == "option" and self._select is not None:
            if "selected" in given or not self._select.options:
                self._select.value = given["value"]
            self._select.options.append((given["value"], ""))
            self._text = []

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = None
        elif tag == "option" and self._select is not None and self._text is not None:
            value, _ = self._select.options.pop()
            self._select.options.append((value, "".join(self._text).strip()))
            self._text = None
        elif tag == "textarea" and self._form is not None and self._text is not None:
            # The first line break belongs to the markup.
            self._form.controls[-1].value = "".join(self._text).removeprefix("\n")
            self._text = None
