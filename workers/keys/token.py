"""One token or HSM partition: a few sessions, a PIN that is tried once, a rest after a failure.

Login belongs to the process and not to the session (PKCS#11 v2.40 §5.6): the first session logs in, the others find
themselves logged in, and closing the first would log all of them out; so sessions are kept, and end only with a restart
of the module. A session that failed is never used again.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import pkcs11
from pkcs11.constants import TokenFlag

from digitize.errors import KeyUnavailable, Misconfigured
from workers.keys.module import Module, module
from workers.keys.secret import OneTry, Secret
from workers.keys.turns import Turns, Urgency

REST_S = (1.0, 2.0, 5.0, 15.0, 60.0)
"""How long a token that failed is left out, by the number of failures in a row, seconds."""

_PIN_REFUSED = (pkcs11.PinIncorrect, pkcs11.PinInvalid, pkcs11.PinLenRange)
_PIN_UNUSABLE = (pkcs11.PinLocked, pkcs11.PinExpired, pkcs11.UserPinNotInitialized)
_NOT_FOR_THIS_KEY = (
    pkcs11.MechanismInvalid,
    pkcs11.MechanismParamInvalid,
    pkcs11.KeyTypeInconsistent,
    pkcs11.KeySizeRange,
    pkcs11.FunctionNotSupported,
)

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class TokenPlace:
    """Where a token is, and how it is entered."""

    name: str
    """As the operator calls it; stands in messages."""
    module: Path
    """The vendor's library."""
    pin: Secret | None
    """None: the token has a PIN pad or needs no PIN."""
    label: str | None = None
    """The token's label; with serial and slot it must fit exactly one token."""
    serial: str | None = None
    slot: int | None = None
    """Slot id as the module numbers them; labels and serials survive a restart better."""
    sessions: int = 2
    """How many this process opens at most."""


@dataclass(slots=True)
class OpenSession:
    """A session and the keys that were found in it."""

    session: pkcs11.Session
    mechanisms: frozenset[pkcs11.Mechanism]
    keys: dict[Hashable, pkcs11.SignMixin] = field(default_factory=dict)


class _LostError(Exception):
    """A session or the token went away in a life of the module."""

    def __init__(self, epoch: int) -> None:
        super().__init__(epoch)
        self.epoch = epoch


class Token:
    """Hands out the sessions of one token."""

    def __init__(self, place: TokenPlace, clock: Callable[[], float] = time.monotonic) -> None:
        """Open nothing yet.

        Args:
            place: where it is.
            clock: monotonic seconds.
        """
        self.place = place
        self._clock = clock
        self._turns = Turns(place.sessions)
        self._lock = threading.Lock()
        self._idle: list[OpenSession] = []
        self._epoch = -1
        self._logged_in = False
        self._pin = None if place.pin is None else OneTry(place.pin, f"token {place.name}")
        self._failures = 0
        self._rests_until = 0.0

    def is_resting(self) -> bool:
        """Tell whether it failed a moment ago and is left out for a while."""
        return self._clock() < self._rests_until

    def run(self, work: Callable[[OpenSession], Result], urgency: Urgency, patience_s: float) -> Result:
        """Do something in a session, and once more in a fresh one when that was lost.

        Raises:
            KeyUnavailable: no session became free in time, or the token is away.
            Misconfigured: the PIN is wrong, or the token cannot do it.
        """
        with self._turns.turn(urgency, patience_s):
            library = module(self.place.module)
            try:
                try:
                    result = self._once(library, work)
                except _LostError as lost:
                    library.restart(lost.epoch)
                    result = self._once(library, work)
            except _LostError as lost:
                self._rest()
                raise self._told(lost) from lost.__cause__
            self._failures = 0
            return result

    def _once(self, library: Module, work: Callable[[OpenSession], Result]) -> Result:
        with library.use() as epoch:
            try:
                opened = self._take(library, epoch)
            except pkcs11.PKCS11Error as fault:
                raise _LostError(epoch) from fault
            try:
                result = work(opened)
            except _NOT_FOR_THIS_KEY as fault:
                self._give_back(opened)
                raise Misconfigured(f"thiết bị {self.place.name} không ký được theo thuật toán này") from fault
            except pkcs11.PKCS11Error as fault:
                raise _LostError(epoch) from fault
            except Exception:
                self._give_back(opened)
                raise
            self._give_back(opened)
            return result

    def _take(self, library: Module, epoch: int) -> OpenSession:
        with self._lock:
            if epoch != self._epoch:
                self._idle.clear()
                self._epoch, self._logged_in = epoch, False
            return self._idle.pop() if self._idle else self._open(library)

    def _give_back(self, opened: OpenSession) -> None:
        with self._lock:
            self._idle.append(opened)

    def _open(self, library: Module) -> OpenSession:
        token = self._find(library)
        pin = None if self._logged_in else self._pin
        session = token.open() if pin is None else self._log_in(token, pin)
        self._logged_in = True
        return OpenSession(session, frozenset(token.slot.get_mechanisms()))

    def _log_in(self, token: pkcs11.Token, pin: OneTry) -> pkcs11.Session:
        """Try the PIN, unless this very PIN was refused before: a token locks itself after a few wrong ones."""
        if pin.was_refused():
            raise self._wrong_pin()
        version = pin.secret.version()
        if token.flags & TokenFlag.USER_PIN_FINAL_TRY:
            raise Misconfigured(
                f"thiết bị {self.place.name} chỉ còn một lần thử mã PIN",
                remedy="Hãy đăng nhập đúng một lần bằng công cụ của nhà cung cấp; hệ thống không thử lần cuối.",
            )
        try:
            return token.open(user_pin=pin.secret.read())
        except pkcs11.UserAlreadyLoggedIn:
            return token.open()
        except _PIN_REFUSED as fault:
            pin.refuse(version)
            raise self._wrong_pin() from fault
        except _PIN_UNUSABLE as fault:
            raise Misconfigured(f"mã PIN của thiết bị {self.place.name} đã bị khóa hoặc hết hạn") from fault

    def _wrong_pin(self) -> Misconfigured:
        return Misconfigured(
            f"mã PIN của thiết bị {self.place.name} không đúng",
            remedy="Hãy sửa tệp PIN; mã cũ không được thử lại để thiết bị khỏi bị khóa.",
        )

    def _find(self, library: Module) -> pkcs11.Token:
        """Look through the slots; one that is broken must not hide the others."""
        found = []
        for slot in library.library.get_slots(token_present=True):
            try:
                token = slot.get_token()
            except pkcs11.PKCS11Error:
                continue
            if self._is_meant(token):
                found.append(token)
        if not found:
            raise pkcs11.TokenNotPresent
        if len(found) > 1:
            raise Misconfigured(f"có nhiều thiết bị cùng khớp với {self.place.name}; hãy ghi thêm số sê-ri")
        return found[0]

    def _is_meant(self, token: pkcs11.Token) -> bool:
        place = self.place
        return (
            (place.label is None or token.label == place.label)
            and (place.serial is None or token.serial.decode("utf-8", "replace").strip() == place.serial)
            and (place.slot is None or token.slot.slot_id == place.slot)
        )

    def _rest(self) -> None:
        self._rests_until = self._clock() + REST_S[min(self._failures, len(REST_S) - 1)]
        self._failures += 1

    def _told(self, lost: _LostError) -> KeyUnavailable | Misconfigured:
        if isinstance(lost.__cause__, pkcs11.NoSuchKey):
            return Misconfigured(f"thiết bị {self.place.name} không có khóa mà danh mục khóa ký nêu tên")
        return KeyUnavailable(f"thiết bị {self.place.name}")
