import socket

from console.embedded.port import next_free, taken


def test_a_port_that_somebody_listens_on_is_taken_and_another_is_offered() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        assert taken(port)
        offered = next_free(port)
    assert offered > port
    assert not taken(offered)
