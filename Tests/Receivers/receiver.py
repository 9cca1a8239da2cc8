"""A receiver on loopback that behaves as the path of a request says, and keeps what came, a JSON object a line.

usage: receiver.py FOLDER [CERTIFICATE KEY]

Writes FOLDER/port once it listens, and FOLDER/received.jsonl. Only what Python itself has is used.
"""

import base64
import json
import os
import socket
import ssl
import sys
import threading
import time

folder = sys.argv[1]
log = open(os.path.join(folder, "received.jsonl"), "ab", buffering=0)
lock = threading.Lock()
counts = {}


def read_request(connection, rest):
    """One request: method, path, headers, body, and what follows; nothing at the end of the connection."""
    data = rest
    while b"\r\n\r\n" not in data:
        part = connection.recv(65536)
        if not part:
            return None
        data += part
    head, rest = data.split(b"\r\n\r\n", 1)
    lines = head.decode("latin-1").split("\r\n")
    method, path, _ = lines[0].split(" ", 2)
    headers = {}
    for line in lines[1:]:
        name, value = line.split(":", 1)
        headers[name.strip().lower()] = value.strip()
    length = int(headers.get("content-length", "0"))
    while len(rest) < length:
        part = connection.recv(65536)
        if not part:
            return None
        rest += part
    return method, path, headers, rest[:length], rest[length:]


def keep(method, path, headers, body):
    with lock:
        counts[path] = counts.get(path, 0) + 1
        line = {"time": time.time(), "method": method, "path": path, "headers": headers,
                "body": base64.b64encode(body).decode()}
        log.write(json.dumps(line).encode() + b"\n")
        return counts[path]


def reply(connection, status, body=b"", headers=()):
    head = f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in headers)
    connection.sendall(head.encode() + b"\r\n" + body)


def answer(connection, path, count):
    """Answers by the path; false where the connection shall end."""
    word = path.strip("/").split("/")[0]
    if word == "ok":
        reply(connection, 200, b"thank you\n")
    elif word == "status":
        reply(connection, path.strip("/").split("/")[1], b"because I say so\n")
    elif word == "flaky":
        reply(connection, 500 if count == 1 else 200)
    elif word == "busy":
        reply(connection, 429 if count == 1 else 200, headers=[("Retry-After", "2")] if count == 1 else [])
    elif word == "later":
        reply(connection, 503, headers=[("Retry-After", "3600")])
    elif word == "redirect":
        reply(connection, 302, headers=[("Location", "http://169.254.169.254/latest/meta-data/")])
    elif word == "gone":
        reply(connection, 410)
    elif word == "hang":
        time.sleep(600)
    elif word == "drip":
        for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n":
            connection.sendall(bytes([byte]))
            time.sleep(1)
    elif word == "endless":
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10737418240\r\n\r\n")
        for _ in range(163840):
            connection.sendall(b"x" * 65536)
    elif word == "files":
        try:
            with open(folder + path, "rb") as file:
                reply(connection, 200, file.read())
        except OSError:
            reply(connection, 404)
    elif word == "stream":
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in range(163840):
            connection.sendall(b"10000\r\n" + b"x" * 65536 + b"\r\n")
    elif word == "longer":
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n" + b"x" * 20)
        return False
    elif word == "shorter":
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + b"x" * 10)
        return False
    elif word == "endless-head":
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        for number in range(10000000):
            connection.sendall(b"X-%d: %s\r\n" % (number, b"y" * 1000))
    elif word == "garbage":
        connection.sendall(b"SSH-2.0-OpenSSH_9.2\r\n")
        return False
    elif word == "close":
        return False
    else:
        reply(connection, 404)
    return True


def serve(connection):
    try:
        rest = b""
        while True:
            request = read_request(connection, rest)
            if not request:
                break
            method, path, headers, body, rest = request
            if not answer(connection, path, keep(method, path, headers, body)):
                break
    except (OSError, ValueError):
        pass
    finally:
        connection.close()


def main():
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", 0))
    listener.listen(128)
    context = None
    if len(sys.argv) > 2:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[2], sys.argv[3])
    with open(os.path.join(folder, "port.new"), "w") as file:
        file.write(str(listener.getsockname()[1]))
    os.rename(os.path.join(folder, "port.new"), os.path.join(folder, "port"))

    def accept(connection):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if context:
            try:
                connection = context.wrap_socket(connection, server_side=True)
            except OSError:
                return
        serve(connection)

    while True:
        connection, _ = listener.accept()
        threading.Thread(target=accept, args=(connection,), daemon=True).start()


main()
