package org.hikyaku.tls.probe;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.hikyaku.net.Connection;
import org.hikyaku.net.Deadline;
import org.hikyaku.net.Listener;
import org.hikyaku.net.Network;
import org.hikyaku.tls.wire.Extension;
import org.hikyaku.tls.wire.HandshakeCodec;
import org.hikyaku.tls.wire.HandshakeMessage.ClientHello;
import org.hikyaku.tls.wire.HandshakeReassembler;
import org.hikyaku.tls.wire.RawHandshake;
import org.hikyaku.tls.wire.RecordReader;
import org.hikyaku.tls.wire.TlsRecord;

/**
 * A network of one server that lives in memory and does what a row of bytes says, one step after the other, each step a byte
 * and its arguments. When the row ends it begins anew, so that few bytes make many connections. Steps that need to know what
 * was offered take it from the client's last hello: so the fuzzer comes past the first checks.
 */
final class FuzzedServer implements Network {
    private final byte[] script;
    private final int begin;
    private final Service service;
    private int at;
    private int connections;

    FuzzedServer(byte[] script, int begin, Service service) {
        this.script = script;
        this.begin = begin;
        this.at = begin;
        this.service = service;
    }

    int connections() {
        return connections;
    }

    private int next() {
        if (at >= script.length) {
            at = begin;
        }
        return script[at++] & 0xff;
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) next();
        }
        return bytes;
    }

    @Override
    public Connection dial(InetSocketAddress remote, Deadline deadline) {
        connections++;
        return new InMemory(remote);
    }

    @Override
    public Listener listen(InetSocketAddress local) throws IOException {
        throw new IOException("nobody listens here");
    }

    private final class InMemory implements Connection {
        private static final int STEPS = 40;

        private final InetSocketAddress remote;
        private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
        private InputStream pending = new ByteArrayInputStream(new byte[0]);
        private int steps;

        InMemory(InetSocketAddress remote) {
            this.remote = remote;
        }

        @Override
        public InputStream input() {
            return new InputStream() {
                @Override
                public int read() throws IOException {
                    int b = pending.read();
                    while (b < 0) {
                        Optional<byte[]> more = steps++ < STEPS ? step() : Optional.empty();
                        if (more.isEmpty()) {
                            steps = STEPS;
                            return -1;
                        }
                        pending = new ByteArrayInputStream(more.get());
                        b = pending.read();
                    }
                    return b;
                }

                @Override
                public int read(byte[] to, int offset, int length) throws IOException {
                    int first = length == 0 ? -1 : read();
                    if (first < 0) {
                        return length == 0 ? 0 : -1;
                    }
                    to[offset] = (byte) first;
                    return 1 + Math.max(0, pending.read(to, offset + 1, length - 1));
                }
            };
        }

        /** What comes next; empty at the end of the connection. */
        private Optional<byte[]> step() throws IOException {
            return switch (next() % 14) {
                case 0 -> Optional.empty();
                case 1 -> Optional.of(bytes(next()));
                case 2 -> Optional.of(dialogue());
                case 3 -> Optional.of(handshake(2, serverHello(0x0300 + next() % 5, false)));
                case 4 -> Optional.of(handshake(2, serverHello(0x0303, true)));
                case 5 -> Optional.of(handshake(2, retry()));
                case 6 -> {
                    byte[] certificate = bytes(next());
                    yield Optional.of(handshake(
                            11,
                            new Bytes()
                                    .u24(certificate.length + 3)
                                    .u24(certificate.length)
                                    .raw(certificate)));
                }
                case 7 -> {
                    byte[] point = bytes(next() % 140);
                    yield Optional.of(handshake(
                            12,
                            new Bytes()
                                    .u8(3)
                                    .u16(next() % 60)
                                    .u8(point.length)
                                    .raw(point)
                                    .u16(next() << 8 | next())
                                    .u16(2)
                                    .u16(0)));
                }
                case 8 -> Optional.of(handshake(14, new Bytes()));
                case 9 -> Optional.of(record(21, bytes(2)));
                case 10 -> Optional.of(record(next(), bytes(next())));
                case 11 -> throw new SocketTimeoutException("timed out");
                case 12 -> {
                    byte[] prime = bytes(1 + next() % 64);
                    yield Optional.of(handshake(
                            12,
                            new Bytes()
                                    .u16(prime.length)
                                    .raw(prime)
                                    .u16(1)
                                    .u8(next())
                                    .u16(prime.length)
                                    .raw(prime)));
                }
                default -> Optional.of(handshake(next(), new Bytes().raw(bytes(next()))));
            };
        }

        private byte[] dialogue() {
            return (switch (service.talk()) {
                        case SMTP ->
                            "220 x\r\n250-x\r\n250 STARTTLS\r\n" + (next() % 2 == 0 ? "" : "250 ok\r\n250 ok\r\n")
                                    + "220 go\r\n";
                        case IMAP -> "* OK x\r\na1 OK go\r\n";
                        case POP3 -> "+OK x\r\n+OK go\r\n";
                        case HTTP, NONE -> "";
                    })
                    .getBytes(StandardCharsets.US_ASCII);
        }

        private byte[] record(int type, byte[] content) {
            return new Bytes()
                    .u8(type)
                    .u16(0x0303)
                    .u16(content.length)
                    .raw(content)
                    .toBytes();
        }

        private byte[] handshake(int type, Bytes body) {
            byte[] bytes = body.toBytes();
            return record(22, new Bytes().u8(type).u24(bytes.length).raw(bytes).toBytes());
        }

        private Bytes serverHello(int version, boolean tls13) throws IOException {
            Optional<ClientHello> hello = lastHello();
            List<Integer> offered = hello.map(ClientHello::suites).orElse(List.of(0x1301));
            byte[] id = hello.map(ClientHello::sessionId).orElse(new byte[0]);
            boolean echoes = tls13 || next() % 4 == 0;
            Bytes body = new Bytes().u16(version).raw(bytes(32));
            body.u8(echoes ? id.length : 0).raw(echoes ? id : new byte[0]);
            body.u16(offered.get(next() % offered.size())).u8(next() % 16 == 0 ? 1 : 0);
            if (tls13) {
                byte[] key = bytes(32);
                boolean resumes = hello.flatMap(h -> h.extension(Extension.PreSharedKeys.class))
                        .isPresent();
                body.u16(resumes ? 52 : 46);
                body.u16(43).u16(2).u16(0x0304);
                body.u16(51).u16(36).u16(29).u16(32).raw(key);
                if (resumes) {
                    body.u16(41).u16(2).u16(0);
                }
            }
            return body;
        }

        private Bytes retry() throws IOException {
            List<Integer> groups = lastHello()
                    .flatMap(h -> h.extension(Extension.SupportedGroups.class))
                    .map(Extension.SupportedGroups::groups)
                    .orElse(List.of(29));
            byte[] id = lastHello().map(ClientHello::sessionId).orElse(new byte[0]);
            // RFC 8446 section 4.1.3: the hash of "HelloRetryRequest".
            byte[] random = HexFormat.of().parseHex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c");
            return new Bytes()
                    .u16(0x0303)
                    .raw(random)
                    .u8(id.length)
                    .raw(id)
                    .u16(0x1301 + next() % 3)
                    .u8(0)
                    .u16(12)
                    .u16(43)
                    .u16(2)
                    .u16(0x0304)
                    .u16(51)
                    .u16(2)
                    .u16(groups.get(next() % groups.size()));
        }

        /** The first hello among what was sent, behind the lines before TLS. */
        private Optional<ClientHello> lastHello() {
            byte[] bytes = sent.toByteArray();
            int start = 0;
            while (start + 2 < bytes.length && !(bytes[start] == 22 && bytes[start + 1] == 3)) {
                start++;
            }
            try {
                RecordReader reader =
                        new RecordReader(new ByteArrayInputStream(bytes, start, bytes.length - start), false);
                HandshakeReassembler messages = new HandshakeReassembler();
                for (Optional<TlsRecord> record = reader.next(); record.isPresent(); record = reader.next()) {
                    messages.add(record.get().fragment());
                    Optional<RawHandshake> raw = messages.next();
                    if (raw.isPresent()) {
                        return Optional.of(HandshakeCodec.clientHello(raw.get().body()));
                    }
                }
            } catch (IOException e) {
                // no hello yet
            }
            return Optional.empty();
        }

        @Override
        public OutputStream output() {
            return sent;
        }

        @Override
        public InetSocketAddress remote() {
            return remote;
        }

        @Override
        public InetSocketAddress local() {
            return remote;
        }

        @Override
        public void within(Deadline deadline) {
            // Time stands still here; a step of the script times out.
        }

        @Override
        public void close() {
            steps = STEPS;
        }
    }

    /** Numbers as TLS has them. */
    private static final class Bytes {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Bytes u8(int value) {
            out.write(value);
            return this;
        }

        Bytes u16(int value) {
            return u8(value >>> 8).u8(value);
        }

        Bytes u24(int value) {
            return u8(value >>> 16).u16(value);
        }

        Bytes raw(byte[] bytes) {
            out.writeBytes(bytes);
            return this;
        }

        byte[] toBytes() {
            return out.toByteArray();
        }
    }
}
