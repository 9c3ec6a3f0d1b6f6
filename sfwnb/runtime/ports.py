"""Ports for servers that are about to start, so that no two of them choose the same.

Between finding a port free and the server's listening on it, another lab could find it free too (a
class that runs its first cell at the same moment), and would then talk to this lab's server.
So a port is reserved meanwhile: the UDP port of the same number, which nobody else needs, is the
lock; every process of the machine sees it, and it is gone with its holder.

Ports are chosen below the range that systems hand out for outgoing connections.
"""

import contextlib
import random
import socket
from collections.abc import Iterator
from contextlib import contextmanager

HOST = "127.0.0.1"
_RANGE = range(15_000, 32_000)
_TRIES = 500


class PortTaken(Exception):
    """Somebody listens on a port that a server needs.

    Attributes:
        port: Its number, or None when the server did not say.
    """

    def __init__(self, port: int | None) -> None:
        super().__init__(f"port {port} is taken")
        self.port = port


@contextmanager
def reserved_port(wanted: int | None = None) -> Iterator[int]:
    """A free TCP port, reserved until the block ends: the given one, or one at random.

    Raises:
        PortTaken: Somebody listens on the given port, or on every one that was tried.
    """
    chance = random.SystemRandom()  # a notebook's random.seed(1) must not make all labs collide
    candidates = [wanted] if wanted else chance.sample(_RANGE, _TRIES)
    for port in candidates:
        with socket.socket(type=socket.SOCK_DGRAM) as lock:
            locked = _bind(lock, port)
            if (locked or wanted) and _is_free(port):
                yield port
                return
    raise PortTaken(wanted)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server does
        return _bind(probe, port)


def _bind(to: socket.socket, port: int) -> bool:
    with contextlib.suppress(OSError):
        to.bind((HOST, port))
        return True
    return False
