package org.hikyaku.capture.talk;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import org.hikyaku.capture.ConnectionView;
import org.hikyaku.capture.tcp.Side;
import org.jspecify.annotations.Nullable;

/** Reads what was said on one connection: finds the protocol by its first lines and follows it. */
public final class Talk implements ConnectionView {
    private final TalkListener listener;
    private final Secrets secrets;
    private final LineSplitter client = splitter(Side.CLIENT);
    private final LineSplitter server = splitter(Side.SERVER);
    private Protocol protocol = Protocol.UNKNOWN;
    private @Nullable Dialogue dialogue;
    private boolean encrypted;
    private long lastFrame;
    private long lastNanos;

    /**
     * @param showSecrets whether passwords are shown
     */
    public Talk(TalkListener listener, boolean showSecrets) {
        this.listener = listener;
        this.secrets = new Secrets(showSecrets);
    }

    /** How a mail session began; empty when this is none. */
    public Optional<SmtpOpening> smtp() {
        return dialogue instanceof SmtpDialogue smtp ? Optional.of(smtp.opening()) : Optional.empty();
    }

    public Protocol protocol() {
        return protocol;
    }

    boolean encrypted() {
        return encrypted;
    }

    Secrets secrets() {
        return secrets;
    }

    TalkListener listener() {
        return listener;
    }

    /** The next bytes of this side are no lines. */
    void take(Side side, long bytes) {
        (side == Side.CLIENT ? client : server).take(bytes);
    }

    private LineSplitter splitter(Side side) {
        return new LineSplitter(new LineSplitter.Target() {
            @Override
            public void line(byte[] line, int length, int ending, long frame, long nanos) {
                dialogue(side, line, length).line(side, line, length, ending, frame, nanos);
            }

            @Override
            public int lines(byte[] d, int offset, int end) {
                Dialogue present = dialogue;
                return present == null ? 0 : present.lines(side, d, offset, end);
            }

            @Override
            public void raw(byte[] d, int offset, int length, boolean last, long frame, long nanos) {
                Dialogue present = dialogue;
                if (present != null) {
                    present.raw(side, d, offset, length, last, frame, nanos);
                }
            }
        });
    }

    @Override
    public void data(Side side, boolean byTls, byte[] data, int offset, int length, long frame, long nanos) {
        encrypted = byTls;
        lastFrame = frame;
        lastNanos = nanos;
        if (dialogue == null && !text(data, offset, length)) {
            // A server may send its settings before the client's preface has come.
            boolean http2 = side == Side.SERVER
                    ? Http2Frames.settings(data, offset, length)
                    : Http2Frames.preface(data, offset, length);
            protocol = http2 ? Protocol.HTTP2 : Protocol.OTHER;
            if (listener.wantsLines()) {
                dialogue = http2 ? new Http2Dialogue(this, 24) : new Binary();
            } else {
                dialogue = new Unheard();
            }
            client.take(Long.MAX_VALUE);
            server.take(Long.MAX_VALUE);
        }
        (side == Side.CLIENT ? client : server).data(data, offset, length, frame, nanos);
    }

    private static boolean text(byte[] d, int offset, int length) {
        for (int i = offset; i < offset + Math.min(length, 64); i++) {
            if (d[i] >= 0 && d[i] < ' ' && d[i] != '\r' && d[i] != '\n' && d[i] != '\t') {
                return false;
            }
        }
        return true;
    }

    private Dialogue dialogue(Side side, byte[] line, int length) {
        Dialogue present = dialogue;
        if (present == null) {
            String first = new String(line, 0, Math.min(length, 200), StandardCharsets.ISO_8859_1);
            protocol = guess(side, first);
            if (protocol != Protocol.SMTP && !listener.wantsLines()) {
                present = new Unheard();
            } else {
                present = switch (protocol) {
                    case SMTP -> new SmtpDialogue(this);
                    case IMAP -> new ImapDialogue(this);
                    case POP3 -> new Pop3Dialogue(this);
                    case HTTP1 -> new HttpDialogue(this);
                    case HTTP2 -> new Http2Dialogue(this, 8); // bytes behind the preface's first line
                    case OTHER, UNKNOWN -> new Plain();
                };
            }
            if (present instanceof Http2Dialogue || present instanceof Unheard) {
                client.take(Long.MAX_VALUE);
                server.take(Long.MAX_VALUE);
            }
            dialogue = present;
        }
        return present;
    }

    private static Protocol guess(Side side, String line) {
        if (side == Side.SERVER) {
            return line.startsWith("* OK") || line.startsWith("* PREAUTH") || line.startsWith("* BYE")
                    ? Protocol.IMAP
                    : line.startsWith("+OK")
                            ? Protocol.POP3
                            : (line.startsWith("220") || line.startsWith("554") || line.startsWith("421"))
                                            && !line.toUpperCase(Locale.ROOT).contains("FTP")
                                    ? Protocol.SMTP
                                    : Protocol.OTHER;
        }
        String upper = line.toUpperCase(Locale.ROOT);
        if (upper.startsWith("EHLO ") || upper.startsWith("HELO ") || upper.startsWith("LHLO ")) {
            return Protocol.SMTP;
        }
        if (line.startsWith("PRI * HTTP/2.0")) {
            return Protocol.HTTP2;
        }
        if (line.contains(" HTTP/1.")) {
            return Protocol.HTTP1;
        }
        if (upper.equals("CAPA") || upper.equals("STLS") || upper.startsWith("APOP ")) {
            return Protocol.POP3;
        }
        String[] words = upper.split(" ", 3);
        return words.length >= 2 && (words[1].equals("CAPABILITY") || words[1].equals("LOGIN"))
                ? Protocol.IMAP
                : Protocol.OTHER;
    }

    void remark(String text, long frame) {
        listener.remark(text, frame);
    }

    void say(Side side, String text, long frame, long nanos) {
        listener.line(side, encrypted, text, frame, nanos);
    }

    @Override
    public void hole(Side side, boolean byTls, long bytes, long frame) {
        Dialogue present = dialogue;
        if (present != null) {
            present.hole(side, bytes);
        }
        (side == Side.CLIENT ? client : server).missing(bytes, frame, lastNanos);
        listener.remark(
                bytes + " bytes of the " + (side == Side.CLIENT ? "client" : "server") + " are missing here", frame);
    }

    @Override
    public void tlsBegins(long frame) {
        listener.remark("TLS begins", frame);
    }

    @Override
    public void end() {
        client.end(lastFrame, lastNanos);
        server.end(lastFrame, lastNanos);
        Dialogue present = dialogue;
        if (present != null) {
            present.end(lastFrame, lastNanos);
        }
    }

    /** Lines of a protocol that we do not know. */
    private final class Plain implements Dialogue {
        @Override
        public void line(Side side, byte[] line, int length, int ending, long frame, long nanos) {
            String text = TalkText.of(line, length);
            boolean password = side == Side.CLIENT && text.regionMatches(true, 0, "PASS ", 0, 5); // FTP and its like
            say(side, password ? text.substring(0, 5) + secrets.mask(text.substring(5)) : text, frame, nanos);
        }

        @Override
        public void raw(Side side, byte[] d, int offset, int length, boolean last, long frame, long nanos) {
            throw new IllegalStateException("nothing asked for a run of bytes");
        }
    }

    /** What would only give lines, which nobody wants: that it is spoken is all that counts. */
    private static final class Unheard implements Dialogue {
        @Override
        public void line(Side side, byte[] line, int length, int ending, long frame, long nanos) {
            // Nobody listens.
        }

        @Override
        public void raw(Side side, byte[] d, int offset, int length, boolean last, long frame, long nanos) {
            // Nobody listens.
        }
    }

    /** Not text. */
    private final class Binary implements Dialogue {
        @Override
        public void line(Side side, byte[] line, int length, int ending, long frame, long nanos) {
            raw(side, line, 0, length, true, frame, nanos);
        }

        @Override
        public void raw(Side side, byte[] d, int offset, int length, boolean last, long frame, long nanos) {
            String begin = HexFormat.ofDelimiter(" ").formatHex(d, offset, offset + Math.min(length, 16));
            say(side, "[" + length + " bytes: " + begin + (length > 16 ? " …]" : "]"), frame, nanos);
        }
    }
}
