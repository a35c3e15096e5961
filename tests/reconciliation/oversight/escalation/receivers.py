"""Receivers that run for real: a web server and a mail server on this machine that keep what they are sent, and answer as told."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message as Mail
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Posted:
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Web:
    """`answers` are the statuses of the next posts, 200 after them; `says` is the body of an answer."""

    base: str = ""
    says: bytes = b"ok"
    answers: list[int] = field(default_factory=list)
    posted: list[Posted] = field(default_factory=list)

    def at(self, path: str) -> list[Posted]:
        return [p for p in self.posted if p.path == path]


@contextmanager
def web_server() -> Iterator[Web]:
    web = Web()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            web.posted.append(Posted(self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            status = web.answers.pop(0) if web.answers else 200
            self.send_response(status)
            if status in (301, 302, 307):
                self.send_header("Location", f"{web.base}/elsewhere")
            self.send_header("Content-Length", str(len(web.says)))
            self.end_headers()
            self.wfile.write(web.says)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    web.base = f"http://127.0.0.1:{server.server_port}"
    with _served(server):
        yield web


@dataclass
class Post:
    """`refusals` are the answers to the next mails' data, taken after them."""

    port: int = 0
    refusals: list[str] = field(default_factory=list)
    taken: list[tuple[str, list[str], Mail]] = field(default_factory=list)


@contextmanager
def mail_server() -> Iterator[Post]:
    post = Post()

    class Handler(socketserver.StreamRequestHandler):
        def say(self, text: str) -> None:
            self.wfile.write(text.encode() + b"\r\n")

        def handle(self) -> None:
            sender, to = "", list[str]()
            self.say("220 mail.test ESMTP")
            while line := self.rfile.readline().decode().strip():
                verb = line.split(" ")[0].split(":")[0].upper()
                if verb in ("EHLO", "HELO"):
                    self.say("250 mail.test")
                elif verb == "MAIL":
                    sender = line
                    self.say("250 ok")
                elif verb == "RCPT":
                    to.append(line.partition(":")[2].strip("<> "))
                    self.say("250 ok")
                elif verb == "DATA":
                    self.say("354 go on")
                    lines = iter(self.rfile.readline, b".\r\n")
                    whole = b"".join(x[1:] if x.startswith(b"..") else x for x in lines)
                    if post.refusals:
                        self.say(post.refusals.pop(0))
                    else:
                        post.taken.append((sender, to, message_from_bytes(whole)))
                        self.say("250 taken")
                elif verb == "QUIT":
                    self.say("221 bye")
                    return
                else:
                    self.say("250 ok")

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    post.port = server.server_address[1]
    with _served(server):
        yield post


@contextmanager
def _served(server: socketserver.BaseServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
