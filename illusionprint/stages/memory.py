"""What is freed is given back before the next stage needs as much of its own."""

import ctypes
from contextlib import suppress


def give_back() -> None:
    """Returns freed memory to the system. glibc keeps what lies below a block in use, and outlines are millions of small blocks; elsewhere nothing happens."""
    with suppress(OSError, TypeError, AttributeError):  # another C library
        ctypes.CDLL(None).malloc_trim(0)
