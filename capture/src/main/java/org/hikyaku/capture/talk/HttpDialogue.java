package org.hikyaku.capture.talk;

import java.util.Locale;
import org.hikyaku.capture.tcp.Side;

/** HTTP/1.1 (RFC 9112) as it passed: heads line by line, bodies by their length, plain or chunked. */
final class HttpDialogue implements Dialogue {

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
        private boolean none;
        private long body;
    }

    private final Talk talk;
    private Message request = new Message();
    private Message response = new Message();

    HttpDialogue(Talk talk) {
        this.talk = talk;
    }

    private Message of(Side side) {
        return side == Side.CLIENT ? request : response;
    }

    @Override
    public void line(Side side, byte[] line, int length, boolean whole, long frame, long nanos) {
        Message m = of(side);
        String text = TalkText.of(line, length);
        switch (m.part) {
            case HEAD -> head(side, m, text, frame, nanos);
            case CHUNK_SIZE -> chunk(side, m, text, frame, nanos);
            case CHUNK_END -> m.part = Part.CHUNK_SIZE;
            case TRAILER -> {
                if (text.isEmpty()) {
                    over(side, m, frame, nanos);
                }
            }
        }
    }

    private void head(Side side, Message m, String text, long frame, long nanos) {
        if (!text.isEmpty()) {
            talk.say(side, header(m, text), frame, nanos);
            m.firstLine = false;
            return;
        }
        if (m.firstLine) {
            return; // an empty line before a request is ignored (section 2.2)
        }
        if (m.none) {
            reset(side);
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

    private String header(Message m, String text) {
        if (m.firstLine) {
            m.none =
                    text.startsWith("HTTP/1.1 1") || text.startsWith("HTTP/1.1 204") || text.startsWith("HTTP/1.1 304");
            return text;
        }
        int colon = text.indexOf(':');
        if (colon < 0) {
            return text;
        }
        String value = text.substring(colon + 1).strip();
        switch (text.substring(0, colon).toLowerCase(Locale.ROOT)) {
            case "content-length" -> {
                if (!value.isEmpty() && value.length() < 18 && value.chars().allMatch(c -> c >= '0' && c <= '9')) {
                    m.length = Long.parseLong(value);
                }
            }
            case "transfer-encoding" ->
                m.chunked = value.toLowerCase(Locale.ROOT).endsWith("chunked");
            case "authorization", "proxy-authorization", "cookie", "set-cookie" -> {
                return text.substring(0, colon + 1) + " " + talk.secrets().mask(value);
            }
            default -> {} // of no consequence for the framing
        }
        return text;
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
        m.body += length;
        if (last && !m.chunked) {
            over(side, m, frame, nanos);
        }
    }

    private void over(Side side, Message m, long frame, long nanos) {
        if (m.body > 0) {
            talk.say(side, "[body of " + m.body + " bytes]", frame, nanos);
        }
        reset(side);
    }

    private void reset(Side side) {
        if (side == Side.CLIENT) {
            request = new Message();
        } else {
            response = new Message();
        }
    }

    @Override
    public void end() {
        for (Side side : Side.values()) {
            if (of(side).body > 0) {
                over(side, of(side), 0, 0);
            }
        }
    }
}
