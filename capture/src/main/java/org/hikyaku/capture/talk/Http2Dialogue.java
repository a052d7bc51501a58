package org.hikyaku.capture.talk;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http2.hpack.HPackDecoder;
import org.apache.hc.core5.http2.hpack.HPackException;
import org.hikyaku.capture.tcp.Side;
import org.hikyaku.net.Limit;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/2 (RFC 9113) as it passed: header lists unpacked (HPACK, RFC 7541), bodies put together by stream; each line says
 * which stream it belongs to. What only keeps the connection going (window updates, acknowledgements) is left out.
 */
final class Http2Dialogue implements Dialogue {
    static final Limit BLOCK = new Limit("bytes in one HTTP/2 header block, compressed", 256 << 10);
    static final Limit LIST = new Limit("bytes in one HTTP/2 header list, unpacked", 256 << 10);
    static final Limit STREAMS = new Limit("HTTP/2 streams followed at a time", 1_000);
    private static final int LARGEST_TABLE = 1 << 20;
    private static final int FIRST_TABLE = 4096; // RFC 7540 section 6.5.2

    private static final int END_STREAM = 0x1;
    private static final int ACK = 0x1;
    private static final int END_HEADERS = 0x4;
    private static final int PADDED = 0x8;
    private static final int PRIORITY = 0x20;

    private static final List<String> SETTINGS = List.of(
            "",
            "header table size",
            "push",
            "max concurrent streams",
            "initial window",
            "max frame size",
            "max header list size",
            "",
            "extended CONNECT");
    private static final List<String> ERRORS = List.of(
            "no error",
            "protocol error",
            "internal error",
            "flow-control error",
            "settings time-out",
            "stream closed",
            "frame size error",
            "refused stream",
            "cancel",
            "compression error",
            "connect error",
            "enhance your calm",
            "inadequate security",
            "HTTP/1.1 required");

    private final Talk talk;
    private final Half client;
    private final Half server;
    private long frame;
    private long nanos;

    /** @param preface bytes of the client's connection preface that are still to come */
    Http2Dialogue(Talk talk, int preface) {
        this.talk = talk;
        client = new Half(Side.CLIENT, preface);
        server = new Half(Side.SERVER, 0);
    }

    private Half of(Side side) {
        return side == Side.CLIENT ? client : server;
    }

    @Override
    public void line(Side side, byte[] line, int length, int ending, long atFrame, long atNanos) {
        // Only the preface's first line comes as a line.
    }

    @Override
    public void raw(Side side, byte[] d, int offset, int length, boolean last, long atFrame, long atNanos) {
        frame = atFrame;
        nanos = atNanos;
        of(side).frames.data(d, offset, length);
    }

    @Override
    public void hole(Side side, long bytes) {
        of(side).frames.missing(bytes);
    }

    @Override
    public void end(long atFrame, long atNanos) {
        frame = atFrame;
        nanos = atNanos;
        client.end();
        server.end();
    }

    private static int i32(byte[] d, int at) {
        return (d[at] & 0xff) << 24 | (d[at + 1] & 0xff) << 16 | (d[at + 2] & 0xff) << 8 | d[at + 3] & 0xff;
    }

    private static String error(int code) {
        return code >= 0 && code < ERRORS.size() ? ERRORS.get(code) : "error " + Integer.toUnsignedString(code);
    }

    /** One direction. */
    private final class Half implements Http2Frames.Target {
        private final Side side;
        private final Http2Frames frames;
        private final HPackDecoder hpack = new HPackDecoder(FIRST_TABLE, StandardCharsets.ISO_8859_1);
        private final Map<Integer, HttpBody> bodies = new LinkedHashMap<>();
        private final ByteArrayOutputStream block = new ByteArrayOutputStream();
        private int blockStream;
        private boolean blockEnds;
        private boolean blockPromises;
        private boolean blockTooLong;
        private boolean headersLost;

        Half(Side side, int preface) {
            this.side = side;
            frames = new Http2Frames(this, preface);
            hpack.setMaxListSize((int) LIST.value());
        }

        private void say(int stream, String text) {
            talk.say(side, (stream == 0 ? "" : "[" + stream + "] ") + text, frame, nanos);
        }

        @Override
        public void frame(int type, int flags, int stream, byte[] d, int offset, int length) {
            int from = offset;
            int end = offset + length;
            boolean padded = (flags & PADDED) != 0 && (type == 0 || type == 1 || type == 5);
            if (padded) {
                int padding = length > 0 ? d[from] & 0xff : 0;
                if (padding >= length) {
                    say(stream, "[a frame of more padding than it has bytes]");
                    return;
                }
                from++;
                end -= padding;
            }
            switch (type) {
                case 0 -> body(stream, (flags & END_STREAM) != 0, d, from, end);
                case 1 -> {
                    int priority = (flags & PRIORITY) != 0 ? 5 : 0;
                    begin(stream, (flags & END_STREAM) != 0, false);
                    more(d, Math.min(from + priority, end), end, (flags & END_HEADERS) != 0);
                }
                case 3 -> {
                    if (end - from == 4) {
                        say(stream, "RST_STREAM: " + error(i32(d, from)));
                        finish(stream);
                    }
                }
                case 4 -> {
                    if ((flags & ACK) == 0) {
                        settings(d, from, end);
                    }
                }
                case 5 -> {
                    if (end - from >= 4) {
                        say(stream, "PUSH_PROMISE of stream " + (i32(d, from) & 0x7fffffff));
                        begin(i32(d, from) & 0x7fffffff, false, true);
                        more(d, from + 4, end, (flags & END_HEADERS) != 0);
                    }
                }
                case 7 -> {
                    if (end - from >= 8) {
                        byte[] why = Arrays.copyOfRange(d, from + 8, end);
                        say(
                                0,
                                "GOAWAY: " + error(i32(d, from + 4)) + ", last stream " + (i32(d, from) & 0x7fffffff)
                                        + (why.length > 0 ? ", " + TalkText.of(why, Math.min(why.length, 200)) : ""));
                    }
                }
                case 9 -> {
                    if (stream == blockStream) {
                        more(d, from, end, (flags & END_HEADERS) != 0);
                    }
                }
                default -> {} // priorities, pings, window updates, and frames of extensions
            }
        }

        @Override
        public void unread(int type, int flags, int stream, long length) {
            if (type == 0) {
                bodyOf(stream).missing(length);
                if ((flags & END_STREAM) != 0) {
                    finish(stream);
                }
            } else if (type == 1 || type == 5 || type == 9) {
                loseHeaders(stream, "[headers that are missing or longer than what is kept]");
            }
        }

        @Override
        public void lost() {
            talk.remark("from here on the frames of HTTP/2 cannot be told apart", frame);
        }

        private HttpBody bodyOf(int stream) {
            HttpBody present = bodies.get(stream);
            if (present != null) {
                return present;
            }
            if (bodies.size() >= STREAMS.value()) {
                finish(bodies.keySet().iterator().next());
            }
            HttpBody body = new HttpBody(talk.secrets(), talk.listener().wantsLines());
            bodies.put(stream, body);
            return body;
        }

        private void body(int stream, boolean last, byte[] d, int from, int end) {
            bodyOf(stream).add(d, from, end - from);
            if (last) {
                finish(stream);
            }
        }

        private void finish(int stream) {
            HttpBody body = bodies.remove(stream);
            if (body != null) {
                body.tell(line -> say(stream, line));
            }
        }

        private void end() {
            List.copyOf(bodies.keySet()).forEach(this::finish);
        }

        private void begin(int stream, boolean ends, boolean promises) {
            block.reset();
            blockStream = stream;
            blockEnds = ends;
            blockPromises = promises;
            blockTooLong = false;
        }

        /** Part of a header block (section 4.3). */
        private void more(byte[] d, int from, int end, boolean last) {
            if (block.size() + (end - from) > BLOCK.value()) {
                blockTooLong = true;
            } else {
                block.write(d, from, Math.max(0, end - from));
            }
            if (!last) {
                return;
            }
            if (blockTooLong) {
                loseHeaders(blockStream, "[headers of more than " + BLOCK.value() + " bytes]");
            } else {
                headers();
            }
            if (blockEnds && !blockPromises) {
                finish(blockStream);
            }
        }

        private void headers() {
            if (headersLost) {
                return;
            }
            List<Header> list;
            try {
                list = hpack.decodeHeaders(ByteBuffer.wrap(block.toByteArray()));
            } catch (HPackException | RuntimeException e) {
                // The library's own checks leave some ways to run out of a buffer; the table is lost either way.
                loseHeaders(
                        blockStream,
                        "[headers that cannot be unpacked: " + TalkText.visible(String.valueOf(e.getMessage())) + "]");
                return;
            }
            String method = value(list, ":method");
            String status = value(list, ":status");
            if (method != null) {
                String authority = value(list, ":authority");
                String path = value(list, ":path");
                say(
                        blockStream,
                        TalkText.visible(method + " "
                                + (authority == null ? "" : value(list, ":scheme") + "://" + authority)
                                + (path == null ? "" : path)));
            } else if (status != null) {
                say(blockStream, TalkText.visible(status));
            }
            HttpBody body = blockPromises || blockEnds && bodies.get(blockStream) == null ? null : bodyOf(blockStream);
            for (Header header : list) {
                if (!header.getName().startsWith(":")) {
                    String value = header.getValue() == null ? "" : header.getValue();
                    say(
                            blockStream,
                            TalkText.visible(
                                    header.getName() + ": " + talk.secrets().httpHeader(header.getName(), value)));
                    if (body != null) {
                        body.header(header.getName(), value);
                    }
                }
            }
        }

        private static @Nullable String value(List<Header> list, String name) {
            for (Header header : list) {
                if (header.getName().equals(name)) {
                    return header.getValue();
                }
            }
            return null;
        }

        /** Later lists may point into the table that this one would have changed. */
        private void loseHeaders(int stream, String what) {
            if (!headersLost) {
                headersLost = true;
                say(stream, what);
                talk.remark("later headers of this side cannot be unpacked without them", frame);
            }
        }

        private void settings(byte[] d, int from, int end) {
            StringBuilder text = new StringBuilder("SETTINGS");
            for (int at = from; at + 6 <= end; at += 6) {
                int id = (d[at] & 0xff) << 8 | d[at + 1] & 0xff;
                int value = i32(d, at + 2);
                String name = id < SETTINGS.size() ? SETTINGS.get(id) : "";
                text.append(at == from ? " " : ", ")
                        .append(name.isEmpty() ? "setting " + id : name)
                        .append(' ')
                        .append(Integer.toUnsignedString(value));
                if (id == 1) { // the other side packs its headers by this table
                    of(side.other()).hpack.setMaxTableSize(Math.clamp(value & 0xffffffffL, 0, LARGEST_TABLE));
                }
                if (text.length() > 1000) {
                    break;
                }
            }
            say(0, text.toString());
        }
    }
}
