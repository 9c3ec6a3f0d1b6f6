import socket

import pytest

from sfwnb.runtime.ports import HOST, PortTaken, reserved_port


def test_a_reserved_port_can_be_listened_on():
    with reserved_port() as port, socket.create_server((HOST, port)):
        pass


def test_two_that_start_at_the_same_time_get_different_ports(monkeypatch):
    monkeypatch.setattr("sfwnb.runtime.ports._RANGE", range(28_500, 28_504))
    monkeypatch.setattr("sfwnb.runtime.ports._TRIES", 4)
    with reserved_port() as one, reserved_port() as other:
        assert one != other


def test_a_port_that_somebody_listens_on_is_not_chosen(monkeypatch):
    monkeypatch.setattr("sfwnb.runtime.ports._RANGE", range(28_510, 28_512))
    monkeypatch.setattr("sfwnb.runtime.ports._TRIES", 2)
    with socket.create_server((HOST, 28_510)), reserved_port() as port:
        assert port == 28_511


def test_a_given_port_that_somebody_listens_on_is_refused():
    with socket.create_server((HOST, 0)) as listener:
        taken = listener.getsockname()[1]
        with pytest.raises(PortTaken) as refused, reserved_port(taken):
            pass
    assert refused.value.port == taken


def test_the_notebook_s_seed_does_not_choose_the_port():
    import random

    ports = set()
    for _ in range(3):
        random.seed(1)
        with reserved_port() as port:
            ports.add(port)
    assert len(ports) > 1
