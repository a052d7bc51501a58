#!/usr/bin/env python3
"""bench/sessions.py smtp|rsa COUNT OUT.pcap OUT.keys CERT KEY [SEED]

Writes a capture of COUNT sessions without any network: OpenSSL (Python's ssl) talks to itself in memory, and what each side
sends becomes TCP segments of at most 1,448 bytes in Ethernet frames, with handshake, acknowledgements and FIN; sixteen
connections at a time take turns. Sizes come from SEED, keys and randoms from OpenSSL.

smtp: greeting, EHLO, STARTTLS, TLS 1.3 (OpenSSL chooses AES-256-GCM), EHLO, one mail of 0.5 to 4 KB, QUIT.
rsa:  TLS 1.2 with RSA key exchange and AES-128-GCM, one HTTP request and an answer of 0.5 to 4 KB.
"""
import random
import socket
import ssl
import struct
import sys

MSS = 1448
TOGETHER = 16


class Half:
    """One end of the connection: its TLS, and the bytes that it has to send."""

    def __init__(self, context, server):
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context.wrap_bio(self.incoming, self.outgoing, server_side=server, server_hostname=None)


class Session:
    def __init__(self, number, rng, client_context, server_context, mode):
        self.client = socket.inet_aton("10.%d.%d.%d" % (number >> 14 & 63, number >> 6 & 255, 1 + (number & 63)))
        self.server = socket.inet_aton("192.0.2.25")
        self.ports = (rng.randrange(32768, 61000), 25 if mode == "smtp" else 443)
        self.sequence = [rng.getrandbits(32), rng.getrandbits(32)]
        self.ends = Half(client_context, False), Half(server_context, True)
        self.packets = []
        self.rng = rng
        self.packet(0, 0x02)
        self.packet(1, 0x12)
        self.packet(0, 0x10)
        if mode == "smtp":
            self.smtp()
        else:
            self.http()
        self.packet(0, 0x11)
        self.packet(1, 0x11)
        self.packet(0, 0x10)

    def packet(self, side, flags, data=b""):
        source, destination = (self.client, self.server) if side == 0 else (self.server, self.client)
        ports = self.ports if side == 0 else self.ports[::-1]
        tcp = struct.pack(">HHIIBBHHH", *ports, self.sequence[side], self.sequence[1 - side] if flags != 2 else 0,
                          5 << 4, flags, 64240, 0, 0) + data
        head = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(tcp), 0, 0x4000, 64, 6, 0, source, destination)
        total = sum(struct.unpack(">10H", head))
        total = (total & 0xFFFF) + (total >> 16)
        head = head[:10] + struct.pack(">H", ~(total + (total >> 16)) & 0xFFFF) + head[12:]
        self.packets.append(b"\x02\0\0\0\0\x02\x02\0\0\0\0\x01\x08\x00" + head + tcp)
        self.sequence[side] = (self.sequence[side] + len(data) + (1 if flags & 3 else 0)) & 0xFFFFFFFF

    def send(self, side, data):
        for at in range(0, len(data), MSS):
            self.packet(side, 0x18, data[at:at + MSS])
        self.packet(1 - side, 0x10)

    def flush(self, side):
        data = self.ends[side].outgoing.read()
        if data:
            self.send(side, data)
            self.ends[1 - side].incoming.write(data)

    def handshake(self):
        done = [False, False]
        while not all(done):
            for side in (0, 1):
                if not done[side]:
                    try:
                        self.ends[side].tls.do_handshake()
                        done[side] = True
                    except ssl.SSLWantReadError:
                        pass
                self.flush(side)

    def say(self, side, data):
        self.ends[side].tls.write(data)
        self.flush(side)
        try:
            self.ends[1 - side].tls.read(65536)
        except ssl.SSLWantReadError:
            pass

    def smtp(self):
        size = self.rng.randrange(500, 4000)
        self.send(1, b"220 mx.example ESMTP\r\n")
        self.send(0, b"EHLO client.example\r\n")
        self.send(1, b"250-mx.example\r\n250-PIPELINING\r\n250 STARTTLS\r\n")
        self.send(0, b"STARTTLS\r\n")
        self.send(1, b"220 ready\r\n")
        self.handshake()
        self.say(0, b"EHLO client.example\r\n")
        self.say(1, b"250-mx.example\r\n250 PIPELINING\r\n")
        self.say(0, b"MAIL FROM:<a%d@client.example>\r\nRCPT TO:<b@mx.example>\r\nDATA\r\n" % size)
        self.say(1, b"250 ok\r\n250 ok\r\n354 go on\r\n")
        line = b"0123456789 abcdefghijklmnopqrstuvwxyz 0123456789 abcdefghijklm\r\n"
        self.say(0, b"Subject: %d bytes\r\n\r\n" % size + line * (size // len(line)) + b".\r\n")
        self.say(1, b"250 queued as %x\r\n" % size)
        self.say(0, b"QUIT\r\n")
        self.say(1, b"221 bye\r\n")

    def http(self):
        self.handshake()
        size = self.rng.randrange(500, 4000)
        self.say(0, b"GET /%d HTTP/1.1\r\nHost: www.example\r\n\r\n" % size)
        self.say(1, b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size + b"x" * size)


def contexts(mode, keys, cert, key):
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.check_hostname = False
    client.verify_mode = ssl.CERT_NONE
    client.keylog_filename = keys
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(cert, key)
    server.num_tickets = 1
    if mode == "smtp":
        client.minimum_version = ssl.TLSVersion.TLSv1_3
    else:
        for context in client, server:
            context.maximum_version = ssl.TLSVersion.TLSv1_2
            context.set_ciphers("AES128-GCM-SHA256:@SECLEVEL=0")
    return client, server


def main():
    mode, count, pcap, keys, cert, key = sys.argv[1:7]
    rng = random.Random(int(sys.argv[7]) if len(sys.argv) > 7 else 1)
    client, server = contexts(mode, keys, cert, key)
    micros = 1_700_000_000_000_000
    with open(pcap, "wb") as out:
        out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
        for first in range(0, int(count), TOGETHER):
            group = [Session(n, rng, client, server, mode) for n in range(first, min(first + TOGETHER, int(count)))]
            for turn in range(max(len(s.packets) for s in group)):
                for session in group:
                    if turn < len(session.packets):
                        data = session.packets[turn]
                        micros += 10
                        out.write(struct.pack("<IIII", micros // 1_000_000, micros % 1_000_000, len(data), len(data)))
                        out.write(data)


main()
