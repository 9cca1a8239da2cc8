"""A receiver on loopback for the relay, and a repository whose outboxes are full."""

import socket
import threading
import time

from repositories import git

HANGING = ("hang1", "hang2", "hang3", "hang4")


class Receiver:
    """Answers 200 to each request below /ok, and nothing at all to others; remembers when they came."""

    def __init__(self):
        self.times = []
        self.enough = threading.Event()
        self.wanted = 0
        self.listener = socket.socket()
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen(64)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def expect(self, count):
        """Begins to count anew."""
        self.times, self.wanted = [], count
        self.enough.clear()

    def rate(self, seconds):
        """Requests a second from the first to the last; None where they do not come in time."""
        if not self.enough.wait(seconds):
            return None
        return (self.wanted - 1) / (self.times[self.wanted - 1] - self.times[0])

    def _accept(self):
        while True:
            connection, _ = self.listener.accept()
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        data = b""
        try:
            while True:
                while b"\r\n\r\n" not in data:
                    part = connection.recv(65536)
                    if not part:
                        return
                    data += part
                head, data = data.split(b"\r\n\r\n", 1)
                if not head.startswith(b"POST /ok"):
                    time.sleep(600)
                length = next(int(line.split(b":")[1]) for line in head.lower().split(b"\r\n")
                              if line.startswith(b"content-length"))
                while len(data) < length:
                    data += connection.recv(65536)
                data = data[length:]
                self.times.append(time.monotonic())
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
                if len(self.times) == self.wanted:
                    self.enough.set()
        except OSError:
            pass
        finally:
            connection.close()


def event(number):
    """An event as the emitter writes it."""
    oid = f"{number:040x}"
    return (
        f'{{"specversion": "1.0", "type": "mlops.reconcile.requested.v1", "id": "{oid}", "source": "file:///m.git", '
        '"subject": "refs/heads/main", "time": "2026-01-01T00:00:00Z", "datacontenttype": "application/json", '
        f'"data": {{"ref": "refs/heads/main", "before": "{oid}", "after": "{oid}", "pusher": "dev", "judged": true, '
        '"changes": [{"kind": "ModelDeployment", "environment": "production", "name": "segmentation", '
        '"path": "deployments/production/segmentation.yaml", "operation": "promote", '
        f'"from": {{"version": "v1.0.0", "blob": "{oid}"}}, "to": {{"version": "v1.1.0", "blob": "{oid}"}}, '
        f'"commit": "{oid}", "approved_by": [{{"who": "Aiko <aiko@example.com>", "proof": "trailer"}}]}}]}}}}\n'
    )


def repository(path, port, count, hanging, env):
    """A bare repository with a full outbox, signed, and full ones of sinks that hang."""
    git("init", "-q", "--bare", "--initial-branch=main", path, env=env)
    secret = path / "secret"
    secret.write_text("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n")
    secret.chmod(0o600)
    for sink in ("web", *(HANGING if hanging else ())):
        place = "ok" if sink == "web" else sink
        for key, value in (("url", f"http://127.0.0.1:{port}/{place}"), ("allowInsecure", "true"),
                           ("secretFile", secret)):
            git("config", f"mlops.sink.{sink}.{key}", value, cwd=path, env=env)
        outbox = path / "mlops" / "outbox" / sink
        outbox.mkdir(parents=True, mode=0o700)
        for number in range(count if sink == "web" else 100):
            (outbox / f"{number:040x}.json").write_text(event(number))
    return path
