"""System calls that a process gives up: sockets, other programs, other processes (Linux, x86-64 and ARM64)."""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct

_SET_SECCOMP, _FILTER_MODE = 22, 2
_ALLOW, _KILL, _ERROR = 0x7FFF0000, 0x80000000, 0x00050000

# Places in struct seccomp_data: the number, the architecture, the low half of the first argument.
_NUMBER_AT, _ARCHITECTURE_AT, _FIRST_ARGUMENT_AT = 0, 4, 16

# Opcodes of classic BPF: load a word, jump if equal / greater or equal / any bit set, return.
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06

_X32_BIT = 0x40000000
_CLONE_THREAD = 0x00010000
_CLONE3 = 435

_ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_CLONE = {"x86_64": 56, "aarch64": 220}
_SIGNAL_THREAD = {"x86_64": 234, "aarch64": 131}
_DENIED = {
    "x86_64": (
        *(41, 42, 43, 44, 46, 49, 50, 53, 288),  # socket connect accept sendto sendmsg bind listen socketpair accept4
        *(57, 58, 59, 322),  # fork vfork execve execveat
        *(62, 200, 101, 310, 311, 434, 438),  # kill tkill ptrace process_vm_readv/writev pidfd_open/getfd
        *(425, 321, 298, 323, 248, 249, 250),  # io_uring_setup bpf perf_event_open userfaultfd add/request_key keyctl
        *(165, 272, 308, 155, 161),  # mount unshare setns pivot_root chroot
    ),
    "aarch64": (
        *(198, 203, 202, 206, 211, 200, 201, 199, 242),
        *(221, 281),
        *(129, 130, 117, 270, 271, 434, 438),
        *(425, 280, 241, 282, 217, 218, 219),
        *(40, 97, 268, 41, 51),
    ),
}


def give_up_calls() -> bool:
    """Deny the calls for the rest of this process's life; threads stay possible, and signals to itself.

    The caller must have given up new privileges (``PR_SET_NO_NEW_PRIVS``) before.

    Returns:
        False when this machine's numbers are unknown, and nothing was denied.

    Raises:
        OSError: the kernel refused the filter.
    """
    machine = platform.machine()
    if machine not in _ARCHITECTURES:
        return False
    program = _program(machine, os.getpid())
    instructions = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(instructions))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_SET_SECCOMP, _FILTER_MODE, header, 0, 0) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return True


def _program(machine: str, own_pid: int) -> bytes:
    """Write the filter (seccomp(2), BPF as in bpf(4))."""
    refuse, unknown = _ERROR | errno.EPERM, _ERROR | errno.ENOSYS
    steps = [
        (_LOAD, 0, 0, _ARCHITECTURE_AT),
        (_EQUAL, 1, 0, _ARCHITECTURES[machine]),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER_AT),
        (_AT_LEAST, 0, 1, _X32_BIT),
        (_RETURN, 0, 0, refuse),
        (_EQUAL, 0, 1, _CLONE3),
        (_RETURN, 0, 0, unknown),
    ]
    for number in _DENIED[machine]:
        steps += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, refuse)]
    steps += [
        (_EQUAL, 0, 3, _CLONE[machine]),
        (_LOAD, 0, 0, _FIRST_ARGUMENT_AT),
        (_ANY_BIT, 1, 0, _CLONE_THREAD),
        (_RETURN, 0, 0, refuse),
        (_LOAD, 0, 0, _NUMBER_AT),
        (_EQUAL, 0, 3, _SIGNAL_THREAD[machine]),
        (_LOAD, 0, 0, _FIRST_ARGUMENT_AT),
        (_EQUAL, 1, 0, own_pid),
        (_RETURN, 0, 0, refuse),
        (_RETURN, 0, 0, _ALLOW),
    ]
    return b"".join(struct.pack("HBBI", *step) for step in steps)
