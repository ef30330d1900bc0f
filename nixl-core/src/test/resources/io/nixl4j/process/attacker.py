#!/usr/bin/env python3
# Copyright 2026-present the nixl4j authors.
#
# Licensed under the Apache License, Version 2.0 (the "License");
# you may not use this file except in compliance with the License.
# You may obtain a copy of the License at
#
#      https://www.apache.org/licenses/LICENSE-2.0
#
# Unless required by applicable law or agreed to in writing, software
# distributed under the License is distributed on an "AS IS" BASIS,
# WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
# See the License for the specific language governing permissions and
# limitations under the License.

"""A peer that means harm, written from docs/wire.md alone.

It goes through each attack once and says how it was answered, one line each. Then it
keeps silent and dripping connections open and repeats the attacks until its standard
input says something, and sums up how those connections ended.

usage: attacker.py PORT SECRET ENGINE REGION SILENT DRIPPING
"""

import hashlib
import hmac
import os
import random
import resource
import select
import socket
import struct
import sys
import time

HELLO, CHALLENGE, PROOF, WELCOME, REFUSED = 1, 2, 3, 4, 5
GRANT, GRANTED, GOODBYE = 16, 24, 21
WRITE, WRITE_ACK, READ, READ_DATA, FAILED = 32, 33, 34, 35, 36
PATIENCE = 30


def crc_table():
    table = []
    for byte in range(256):
        for _ in range(8):
            byte = (byte >> 1) ^ (0x82F63B78 if byte & 1 else 0)
        table.append(byte)
    return table


TABLE = crc_table()


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = TABLE[(crc ^ byte) & 0xFF] ^ (crc >> 8)
    return crc ^ 0xFFFFFFFF


# ---- MessagePack, as far as headers need it


class Raw(bytes):
    """Bytes that stand for themselves."""


def pack(value):
    if isinstance(value, Raw):
        return bytes(value)
    if value is True or value is False:
        return b"\xc3" if value else b"\xc2"
    if isinstance(value, int):
        if value < 0x80:
            return struct.pack(">B", value)
        for code, form, limit in ((0xCC, ">BB", 1 << 8), (0xCD, ">BH", 1 << 16), (0xCE, ">BI", 1 << 32)):
            if value < limit:
                return struct.pack(form, code, value)
        return struct.pack(">BQ", 0xCF, value)
    if isinstance(value, str):
        text = value.encode()
        if len(text) < 32:
            return struct.pack(">B", 0xA0 | len(text)) + text
        return struct.pack(">BB", 0xD9, len(text)) + text
    if isinstance(value, bytes):
        return struct.pack(">BB", 0xC4, len(value)) + value
    if isinstance(value, list):
        head = struct.pack(">B", 0x90 | len(value)) if len(value) < 16 else struct.pack(">BH", 0xDC, len(value))
        return head + b"".join(pack(each) for each in value)
    if isinstance(value, dict):
        head = struct.pack(">B", 0x80 | len(value)) if len(value) < 16 else struct.pack(">BH", 0xDE, len(value))
        return head + b"".join(pack(key) + pack(each) for key, each in value.items())
    raise TypeError(type(value))


def unpack(data, at=0):
    """Returns the value at a place, and the place behind it."""
    code = data[at]
    at += 1
    if code < 0x80:
        return code, at
    if code < 0x90:
        return unpack_map(data, at, code & 0x0F)
    if code < 0xA0:
        return unpack_array(data, at, code & 0x0F)
    if code < 0xC0:
        return data[at:at + (code & 0x1F)].decode(), at + (code & 0x1F)
    if code in (0xC2, 0xC3):
        return code == 0xC3, at
    for low, kind in ((0xC4, bytes), (0xD9, str)):
        if low <= code <= low + 2:
            width = 1 << (code - low)
            length = int.from_bytes(data[at:at + width], "big")
            piece = data[at + width:at + width + length]
            return (piece if kind is bytes else piece.decode()), at + width + length
    if 0xCC <= code <= 0xCF:
        width = 1 << (code - 0xCC)
        return int.from_bytes(data[at:at + width], "big"), at + width
    if code in (0xDC, 0xDD, 0xDE, 0xDF):
        width = 2 if code in (0xDC, 0xDE) else 4
        count = int.from_bytes(data[at:at + width], "big")
        return (unpack_array if code < 0xDE else unpack_map)(data, at + width, count)
    raise ValueError("code %x" % code)


def unpack_array(data, at, count):
    values = []
    for _ in range(count):
        value, at = unpack(data, at)
        values.append(value)
    return values, at


def unpack_map(data, at, count):
    values = {}
    for _ in range(count):
        key, at = unpack(data, at)
        values[key], at = unpack(data, at)
    return values, at


# ---- Frames


def prefix(header_length, body_length, header, body_crc):
    lengths = struct.pack(">QQ", header_length, body_length)
    return lengths + struct.pack(">II", crc32c(lengths + header), body_crc)


def frame(header, body=b"", checksum=True):
    packed = pack(header)
    crc = crc32c(body) if checksum and body else 0
    return prefix(len(packed), len(body), packed, crc) + packed + body


class Closed(Exception):
    """The other end closed the connection without a reason."""


class Refused(Exception):
    """The other end refused, and said why."""


class Wire:
    """One connection."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sent = []

    def send(self, data):
        self.sent.append(data)
        try:
            self.socket.sendall(data)
        except OSError:
            pass  # the reason may be there to read

    def exactly(self, count):
        data = b""
        while len(data) < count:
            try:
                piece = self.socket.recv(count - len(data))
            except ConnectionError:
                piece = b""
            if not piece:
                raise Closed()
            data += piece
        return data

    def receive(self):
        head = self.exactly(24)
        header_length, body_length = struct.unpack(">QQ", head[:16])
        packed = self.exactly(header_length)
        assert crc32c(head[:16] + packed) == struct.unpack(">I", head[16:20])[0], "a header's checksum"
        body = self.exactly(body_length)
        header = unpack(packed)[0]
        if header["t"] == REFUSED:
            raise Refused(header["c"])
        return header, body

    def close(self):
        self.socket.close()


# ---- Handshake


def number(value):
    return struct.pack(">Q", value)


def part(value):
    data = value.encode() if isinstance(value, str) else value
    return number(len(data)) + data


def features(names):
    return number(len(names)) + b"".join(part(name) for name in sorted(names))


def proof(secret, label, hello, challenge):
    data = part(label) + part(hello["rol"]) + part(hello["n"]) + part(challenge["n"])
    for end in (hello, challenge):
        data += part(end["an"]) + part(end["ei"]) + part(end["inc"])
    data += part(hello["to"]) + number(hello["vmn"]) + number(hello["vmx"]) + number(challenge["v"])
    data += features(hello["req"]) + features(hello["off"]) + features(challenge["fea"])
    data += number(hello["sid"]) + part(hello["tok"]) + number(hello["ln"])
    data += number(1 if hello["cs"] else 0) + number(hello["mb"]) + number(challenge["mb"])
    return hmac.new(secret.encode(), data, hashlib.sha256).digest()


class Peer:
    """An engine of the attacker's, with its session and lanes."""

    def __init__(self, port, secret, target, name):
        self.port, self.secret, self.target, self.name = port, secret, target, name
        self.incarnation = os.urandom(16)
        self.lanes = 0
        self.grants = {}
        self.session = None

    def hello(self, role, sid=0, token=b"", lane=0):
        return {"t": HELLO, "vmn": 1, "vmx": 1, "req": [], "off": [], "rol": role, "an": self.name, "ei": self.name,
                "inc": self.incarnation, "to": self.target, "n": os.urandom(32), "sid": sid, "tok": token,
                "ln": lane, "cs": False, "mb": 1 << 20}

    def introduce(self, hello, secret=None):
        wire = Wire(self.port)
        wire.send(frame(hello))
        challenge, _ = wire.receive()
        assert challenge["t"] == CHALLENGE and challenge["aut"]
        if secret is None:
            secret = self.secret
            assert hmac.compare_digest(challenge["mac"], proof(secret, "nixl4j server", hello, challenge)), "mac"
        wire.send(frame({"t": PROOF, "mac": proof(secret, "nixl4j client", hello, challenge)}))
        welcome, _ = wire.receive()
        assert welcome["t"] == WELCOME
        wire.checksums = welcome["cs"]
        return wire, welcome

    def open(self):
        self.session, welcome = self.introduce(self.hello("session"))
        self.sid, self.token = welcome["sid"], welcome["tok"]
        self.session.send(frame({"t": GRANTED}))
        header, _ = self.session.receive()
        while header["t"] != GRANTED:
            if header["t"] == GRANT:
                self.grants[header["n"]] = header["h"]
            header, _ = self.session.receive()
        return self

    def lane(self):
        """Opens a lane; it may take a moment until the session expects one."""
        deadline = time.monotonic() + PATIENCE
        while True:
            self.lanes += 1
            try:
                return self.introduce(self.hello("lane", self.sid, self.token, self.lanes))[0]
            except Refused as refusal:
                if str(refusal) not in ("not-ready", "busy") or time.monotonic() > deadline:
                    raise
                time.sleep(0.02)

    def close(self):
        if self.session:
            self.session.send(frame({"t": GOODBYE, "w": "enough"}))
            self.session.close()


# ---- Attacks. Each returns how it was answered.


def run(handle, start, length, count=1, stride=None):
    return [handle, start, length if stride is None else stride, length, count]


def write(wire, request, attempt, total, runs, body):
    wire.send(frame({"t": WRITE, "id": request, "at": attempt, "tot": total, "r": runs}, body, wire.checksums))


def answer(wire):
    header, _ = wire.receive()
    return "failed " + header["e"] if header["t"] == FAILED else "frame %d" % header["t"]


def read(wire, request, runs):
    wire.send(frame({"t": READ, "id": request, "at": 1, "c": 0, "r": runs}))
    header, body = wire.receive()
    assert header["t"] == READ_DATA and header["id"] == request, header
    return body


def refusal(wire):
    """How a connection ended that must end."""
    try:
        while True:
            wire.receive()
    except Refused as reason:
        return "refused " + str(reason)
    except Closed:
        return "closed without a reason"


class Attacks:

    def __init__(self, port, secret, target, region):
        self.port, self.secret, self.target, self.region = port, secret, target, region
        self.rogue = Peer(port, secret, target, "rogue-" + os.urandom(4).hex()).open()
        self.handle = self.rogue.grants[region]

    def run(self, say):
        for name in [each for each in dir(self) if each.startswith("a_")]:
            say(name[2:].replace("_", "-"), getattr(self, name)())

    def on_lane(self, data):
        wire = self.rogue.lane()
        wire.send(data)
        result = refusal(wire)
        wire.close()
        return result

    def a_honest_write_and_read(self):
        wire = self.rogue.lane()
        write(wire, 1, 1, 16, [run(self.handle, 0, 8, 2, 8)], b"sixteen bytes ok")
        header, _ = wire.receive()
        assert header["t"] == WRITE_ACK and (header["id"], header["at"]) == (1, 1), header
        back = read(wire, 2, [run(self.handle, 0, 16)])
        wire.close()
        return "answered" if back == b"sixteen bytes ok" else "other bytes"

    def a_header_of_2_63_bytes(self):
        return self.on_lane(prefix(1 << 63, 0, b"", 0))

    def a_body_of_2_63_bytes(self):
        return self.on_lane(prefix(8, 1 << 63, b"", 0))

    def a_body_longer_than_agreed(self):
        return self.on_lane(prefix(8, (1 << 20) + 1, b"", 0))

    def a_count_of_2_31_groups(self):
        header = pack({"t": WRITE, "id": 9, "at": 1, "tot": 8, "r": Raw(b"\xdd\x80\x00\x00\x00")})
        return self.on_lane(prefix(len(header), 8, header, 0) + header + bytes(8))

    def a_count_of_2_31_ranges(self):
        return self.one_write(8, [run(self.handle, 0, 8, 1 << 31)], bytes(8))

    def a_range_beyond_the_region(self):
        return self.one_write(8, [run(self.handle, (1 << 63) - 8, 8)], bytes(8))

    def a_body_longer_than_its_ranges(self):
        return self.one_write(8, [run(self.handle, 0, 8)], bytes(16))

    def a_body_longer_than_its_frame(self):
        wire = self.rogue.lane()
        body = bytes(8)
        write(wire, 9, 1, 64, [run(self.handle, 0, 8)], body)
        wire.send(b"\xff" * 64)
        result = refusal(wire)
        wire.close()
        return result

    def one_write(self, total, runs, body):
        wire = self.rogue.lane()
        write(wire, 9, 1, total, runs, body)
        result = self.first(wire)
        wire.close()
        return result

    @staticmethod
    def first(wire):
        try:
            return answer(wire)
        except Refused as reason:
            return "refused " + str(reason)
        except Closed:
            return "closed without a reason"

    def a_request_id_twice(self):
        wire = self.rogue.lane()
        write(wire, 21, 1, 16, [run(self.handle, 0, 8)], bytes(8))
        write(wire, 21, 1, 24, [run(self.handle, 8, 8)], bytes(8))
        result = self.first(wire)
        wire.close()
        return result

    def a_old_attempt(self):
        wire = self.rogue.lane()
        write(wire, 31, 2, 16, [run(self.handle, 0, 8)], b"newer 1 ")
        write(wire, 31, 1, 16, [run(self.handle, 0, 16)], b"older, too late!")
        result = self.first(wire)
        write(wire, 31, 2, 16, [run(self.handle, 8, 8)], b"newer 2 ")
        header, _ = wire.receive()
        assert header["t"] == WRITE_ACK and header["at"] == 2, header
        back = read(wire, 32, [run(self.handle, 0, 16)])
        wire.close()
        return result if back == b"newer 1 newer 2 " else "old bytes were placed"

    def a_handle_that_was_never_granted(self):
        return self.one_write(8, [run(self.handle ^ 1, 0, 8)], bytes(8))

    def a_handle_of_another_session(self):
        other = Peer(self.port, self.secret, self.target, "other-" + os.urandom(4).hex()).open()
        result = self.one_write(8, [run(other.grants[self.region], 0, 8)], bytes(8))
        other.close()
        return result

    def a_wrong_header_checksum(self):
        data = bytearray(frame({"t": READ, "id": 1, "at": 1, "c": 0, "r": [run(self.handle, 0, 8)]}))
        data[-1] ^= 1
        return self.on_lane(bytes(data))

    def a_unknown_frame(self):
        return self.on_lane(frame({"t": 60_000}))

    def a_session_frame_on_a_lane(self):
        return self.on_lane(frame({"t": GRANTED}))

    def a_frame_before_the_handshake(self):
        wire = Wire(self.port)
        wire.send(frame({"t": READ, "id": 1, "at": 1, "c": 0, "r": [run(self.handle, 0, 8)]}))
        result = refusal(wire)
        wire.close()
        return result

    def a_wrong_secret(self):
        return self.handshake(lambda: self.rogue.introduce(self.rogue.hello("session"), "not the secret"))

    def a_replayed_handshake(self):
        peer = Peer(self.port, self.secret, self.target, "replayed-" + os.urandom(4).hex()).open()
        recorded = peer.session.sent[:2]
        peer.close()

        def replay():
            wire = Wire(self.port)
            wire.send(recorded[0])
            wire.receive()
            wire.send(recorded[1])
            wire.receive()

        return self.handshake(replay)

    def a_wrong_token(self):
        hello = self.rogue.hello("lane", self.rogue.sid, os.urandom(16), 1_000)
        return self.handshake(lambda: self.rogue.introduce(hello))

    def a_lane_of_another_engine(self):
        thief = Peer(self.port, self.secret, self.target, "thief-" + os.urandom(4).hex())
        hello = thief.hello("lane", self.rogue.sid, self.rogue.token, 1_001)
        return self.handshake(lambda: thief.introduce(hello))

    @staticmethod
    def handshake(attempt):
        try:
            attempt()
            return "let in"
        except Refused as reason:
            return "refused " + str(reason)
        except Closed:
            return "closed without a reason"


# ---- Silent and dripping connections


class Flood:
    """Keeps connections open that say nothing, or one byte a second."""

    REOPEN_A_TURN = 10

    def __init__(self, port, silent, dripping):
        self.port = port
        self.silent, self.dripping = silent, dripping
        self.data = frame(Peer(port, "", "", "drip").hello("session"))
        self.open = {}
        self.ends = {}
        self.poll = select.poll()

    def note(self, end):
        self.ends[end] = self.ends.get(end, 0) + 1

    def fill(self, most):
        kinds = [state[0] for state in self.open.values()]
        missing = ["dripping"] * (self.dripping - kinds.count("dripping"))
        missing += ["silent"] * (self.silent - kinds.count("silent"))
        random.shuffle(missing)
        for kind in missing[:most]:
            each = socket.socket()
            each.settimeout(PATIENCE)
            try:
                each.connect(("127.0.0.1", self.port))
            except OSError:
                self.note("not connected")
                continue
            each.setblocking(False)
            self.open[each.fileno()] = [kind, each, 0, b""]
            self.poll.register(each, select.POLLIN)

    def turn(self, drip):
        if drip:
            for state in list(self.open.values()):
                if state[0] == "dripping":
                    self.drip(state)
        for number_, _ in self.poll.poll(0):
            state = self.open[number_]
            try:
                data = state[1].recv(4096)
            except OSError:
                data = b""
            state[3] += data
            if not data:
                self.poll.unregister(number_)
                del self.open[number_]
                state[1].close()
                self.note(state[0] + " " + self.reason(state[3]))

    def drip(self, state):
        try:
            state[1].send(self.data[state[2]:state[2] + 1])
            state[2] += 1
        except OSError:
            pass  # its end is read

    @staticmethod
    def reason(data):
        if len(data) < 24:
            return "without a reason"
        header = unpack(data[24:])[0]
        return "refused " + header["c"] if header["t"] == REFUSED else "answered"


def main():
    port, secret, target, region = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]
    silent, dripping = int(sys.argv[5]), int(sys.argv[6])
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))

    def say(name, result):
        print("> " + name + ": " + result, flush=True)

    attacks = Attacks(port, secret, target, region)
    attacks.run(say)
    attacks.rogue.close()
    print("> attacks done", flush=True)
    flood = Flood(port, silent, dripping)
    while len(flood.open) + sum(flood.ends.values()) < silent + dripping:
        flood.fill(100)
        flood.turn(False)
    print("flood up", flush=True)
    wrong = []
    expected = {}

    def compare(name, result):
        if expected.setdefault(name, result) != result:
            wrong.append(name + ": " + result)

    dripped = attacked = time.monotonic()
    while not select.select([sys.stdin], [], [], 0.1)[0]:
        now = time.monotonic()
        flood.fill(Flood.REOPEN_A_TURN)
        flood.turn(now - dripped >= 1)
        dripped = now if now - dripped >= 1 else dripped
        if now - attacked >= 2:
            attacks = Attacks(port, secret, target, region)
            attacks.run(compare)
            attacks.rogue.close()
            attacked = time.monotonic()
    for end in sorted(flood.ends):
        print("> %s: %d" % (end, flood.ends[end]), flush=True)
    print("> changed answers: %s" % (wrong or "none"), flush=True)
    print("> done", flush=True)


if __name__ == "__main__":
    main()
