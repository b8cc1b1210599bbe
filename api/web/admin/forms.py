"""Reading the forms of the desk: what is wrong is told at its own field, all of it at once."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime

from api.web.visiting import Sent
from digitize.errors import InvalidInput, SohoaError

WHOLE = ""
"""The field of a fault that concerns the form as a whole."""


class FormFaults(InvalidInput):
    """Fields of a form cannot be taken."""

    sentence = "Có mục chưa đúng trong biểu mẫu."

    def __init__(self, faults: Mapping[str, str]) -> None:
        """Keep a sentence for each field."""
        super().__init__("; ".join(faults.values()))
        self.faults = faults


class Form:
    """Takes the values of a form one by one and gathers what is wrong with them."""

    def __init__(self, sent: Sent) -> None:
        """Begin without faults."""
        self._sent = sent
        self.faults: dict[str, str] = {}

    def text(self, name: str, missing: str = "", longest: int = 300) -> str:
        """Return a text without blanks around it.

        Args:
            name: of the field.
            missing: what is told when it is empty; empty: it may be.
            longest: characters.
        """
        told = " ".join(self._sent.get(name).split())
        if not told and missing:
            self.faults[name] = missing
        elif len(told) > longest:
            self.faults[name] = f"Dài quá {longest} ký tự."
        return told

    def one_of(self, name: str, allowed: Collection[str], wrong: str) -> str:
        """Return one of some words; the first of them stands in when it is none."""
        told = self._sent.get(name)
        if told in allowed:
            return told
        self.faults[name] = wrong
        return next(iter(allowed))

    def some_of(self, name: str, allowed: Collection[str], missing: str) -> tuple[str, ...]:
        """Return the chosen words of a list of boxes; at least one."""
        told = tuple(word for word in allowed if word in self._sent.all(name))
        if not told:
            self.faults[name] = missing
        return told

    def day(self, name: str, missing: str = "") -> date | None:
        """Return a day written as dd/mm/yyyy or as browsers send it; None when it is empty or wrong."""
        told = self._sent.get(name).strip()
        if not told:
            if missing:
                self.faults[name] = missing
            return None
        for form in ("%d/%m/%Y", "%Y-%m-%d"):
            try:
                return datetime.strptime(told, form).date()  # noqa: DTZ007  # a day has no zone
            except ValueError:
                continue
        self.faults[name] = "Ngày phải có dạng ngày/tháng/năm, chẳng hạn 01/07/2025."
        return None

    def needed_day(self, name: str, missing: str) -> date:
        """Return a day that must be there; the first of all days stands in when it is not."""
        return self.day(name, missing) or date.min

    def number(self, name: str, least: int, most: int) -> int | None:
        """Return a whole number; None when it is empty or wrong."""
        told = self._sent.get(name).strip()
        if not told:
            return None
        if told.isascii() and told.isdigit() and len(told) < 12 and least <= int(told) <= most:
            return int(told)
        self.faults[name] = f"Phải là số từ {least} đến {most}."
        return None

    def settle(self) -> None:
        """Go on only when all is well.

        Raises:
            FormFaults: something is wrong.
        """
        if self.faults:
            raise FormFaults(self.faults)


@contextmanager
def at_field(name: str, *kinds: type[SohoaError]) -> Iterator[None]:
    """Tell what a rule refuses at the field that it concerns.

    Args:
        name: of the field.
        kinds: which refusals; none given: whatever input is wrong.

    Raises:
        FormFaults: the rule refused.
    """
    try:
        yield
    except FormFaults:
        raise
    except SohoaError as error:
        if not isinstance(error, kinds or InvalidInput):
            raise
        raise FormFaults({name: sentence_of(error)}) from error


def faults_of(error: SohoaError) -> Mapping[str, str]:
    """Return the sentences of a refusal by field."""
    return error.faults if isinstance(error, FormFaults) else {WHOLE: sentence_of(error)}


def sentence_of(error: SohoaError) -> str:
    """Tell what is wrong in this case and what to do, without what all errors of the class begin with."""
    if not error.detail:
        return error.message
    return f"{error.detail[0].upper()}{error.detail[1:].rstrip('.')}. {error.advice}".strip()
