package org.hikyaku.capture.talk;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import org.hikyaku.capture.tcp.Side;
import org.hikyaku.net.Limit;

/** HTTP/1.1 (RFC 9112) as it passed: heads line by line, bodies by their length, plain or chunked, unpacked and shown. */
final class HttpDialogue implements Dialogue {
    private static final Limit REQUESTS = new Limit("HTTP requests waiting for a response", 10_000);

    private enum Part {
        HEAD,
        CHUNK_SIZE,
        CHUNK_END,
        TRAILER
    }

    private static final class Message {
        private Part part = Part.HEAD;
        private boolean firstLine = true;
        private long length = -1;
        private boolean chunked;
        private int status;
        private final HttpBody body;

        Message(HttpBody body) {
            this.body = body;
        }
    }

    private final Talk talk;
    private final Deque<String> methods = new ArrayDeque<>();
    private Message request;
    private Message response;

    HttpDialogue(Talk talk) {
        this.talk = talk;
        request = message();
        response = message();
    }

    private Message message() {
        return new Message(new HttpBody(talk.secrets(), talk.listener().wantsLines()));
    }

    private Message of(Side side) {
        return side == Side.CLIENT ? request : response;
    }

    @Override
    public void line(Side side, byte[] line, int length, int ending, long frame, long nanos) {
        Message m = of(side);
        String text = TalkText.of(line, length);
        switch (m.part) {
            case HEAD -> head(side, m, text, frame, nanos);
            case CHUNK_SIZE -> chunk(side, m, text, frame, nanos);
            case CHUNK_END -> m.part = Part.CHUNK_SIZE;
            case TRAILER -> {
                if (text.isEmpty()) {
                    over(side, m, frame, nanos);
                } else {
                    talk.say(side, text, frame, nanos);
                }
            }
        }
    }

    private void head(Side side, Message m, String text, long frame, long nanos) {
        if (!text.isEmpty()) {
            talk.say(side, m.firstLine ? first(side, m, text) : header(m, text), frame, nanos);
            m.firstLine = false;
            return;
        }
        if (m.firstLine) {
            return; // an empty line before a request is ignored (section 2.2)
        }
        String method =
                side == Side.SERVER && (m.status < 100 || m.status > 199 || m.status == 101) ? methods.poll() : "";
        boolean tunnel = m.status == 101 || "CONNECT".equals(method) && m.status / 100 == 2;
        if (tunnel) {
            talk.remark("another protocol begins on this connection", frame);
            talk.take(Side.CLIENT, Long.MAX_VALUE);
            talk.take(Side.SERVER, Long.MAX_VALUE);
        } else if ("HEAD".equals(method) || m.status / 100 == 1 || m.status == 204 || m.status == 304) {
            reset(side); // never a body (section 6.3)
        } else if (m.chunked) {
            m.part = Part.CHUNK_SIZE;
        } else if (m.length > 0) {
            talk.take(side, m.length);
        } else if (m.length < 0 && side == Side.SERVER) {
            talk.take(side, Long.MAX_VALUE); // until the connection ends (section 6.3)
        } else {
            reset(side);
        }
    }

    private String first(Side side, Message m, String text) {
        String[] words = text.split(" ", 3);
        if (side == Side.CLIENT) {
            if (methods.size() < REQUESTS.value()) {
                methods.add(words[0]);
            }
        } else if (words.length > 1
                && words[1].length() == 3
                && words[1].chars().allMatch(c -> c >= '0' && c <= '9')) {
            m.status = Integer.parseInt(words[1]);
        }
        return text;
    }

    private String header(Message m, String text) {
        int colon = text.indexOf(':');
        if (colon < 0) {
            return text;
        }
        String name = text.substring(0, colon);
        String value = text.substring(colon + 1).strip();
        m.body.header(name, value);
        switch (name.toLowerCase(Locale.ROOT)) {
            case "content-length" -> {
                if (!value.isEmpty() && value.length() < 18 && value.chars().allMatch(c -> c >= '0' && c <= '9')) {
                    m.length = Long.parseLong(value);
                }
            }
            case "transfer-encoding" ->
                m.chunked = value.toLowerCase(Locale.ROOT).endsWith("chunked");
            default -> {} // of no consequence for the framing
        }
        return name + ": " + talk.secrets().httpHeader(name, value);
    }

    private void chunk(Side side, Message m, String text, long frame, long nanos) {
        int semicolon = text.indexOf(';');
        String size = (semicolon < 0 ? text : text.substring(0, semicolon)).strip();
        long bytes;
        try {
            bytes = Long.parseLong(size, 16);
        } catch (NumberFormatException e) {
            talk.say(side, "[a chunk of unreadable size: " + text + "]", frame, nanos);
            talk.take(side, Long.MAX_VALUE);
            return;
        }
        if (bytes > 0 && bytes < Long.MAX_VALUE) {
            m.part = Part.CHUNK_END;
            talk.take(side, bytes);
        } else {
            m.part = Part.TRAILER;
        }
    }

    @Override
    public void raw(Side side, byte[] d, int offset, int length, boolean last, long frame, long nanos) {
        Message m = of(side);
        m.body.add(d, offset, length);
        if (last && !m.chunked) {
            over(side, m, frame, nanos);
        }
    }

    @Override
    public void hole(Side side, long bytes) {
        of(side).body.missing(bytes);
    }

    private void over(Side side, Message m, long frame, long nanos) {
        m.body.tell(line -> talk.say(side, line, frame, nanos));
        reset(side);
    }

    private void reset(Side side) {
        if (side == Side.CLIENT) {
            request = message();
        } else {
            response = message();
        }
    }

    @Override
    public void end(long frame, long nanos) {
        for (Side side : Side.values()) {
            over(side, of(side), frame, nanos);
        }
    }
}
