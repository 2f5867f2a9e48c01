"""What all tests share: examples of hypothesis are the same in every run, and nothing reaches for the network."""

from __future__ import annotations

import os
import socket

import cv2
import hypothesis
import numpy as np
import pytest

os.environ.setdefault("HF_HUB_OFFLINE", "1")
if "PYTEST_XDIST_WORKER" in os.environ:  # two processes with two threads each hinder each other on two cores
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    cv2.setNumThreads(1)
hypothesis.settings.register_profile("house", deadline=None, derandomize=True, max_examples=30)
hypothesis.settings.load_profile("house")


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(1)


@pytest.fixture(autouse=True, scope="session")
def no_network():
    """A connection to any other machine fails, as it does on a machine without a network."""
    connect = socket.socket.connect

    def local_only(self: socket.socket, address):
        if self.family in (socket.AF_INET, socket.AF_INET6) and str(address[0]) not in ("127.0.0.1", "::1", "localhost"):
            raise OSError(f"tests use no network; {address} was asked for")
        return connect(self, address)

    socket.socket.connect = local_only
    yield
    socket.socket.connect = connect
