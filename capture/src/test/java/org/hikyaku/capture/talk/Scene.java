package org.hikyaku.capture.talk;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.hikyaku.capture.tcp.Side;

/** A dialogue as the capture brings it, and what is told of it. */
final class Scene implements TalkListener {
    final List<String> told = new ArrayList<>();
    final List<Mail> mails = new ArrayList<>();

    /** The bytes of each, as characters of ISO 8859-1. */
    final List<String> messages = new ArrayList<>();

    private final Talk talk;

    Scene(boolean showSecrets) {
        talk = new Talk(this, showSecrets);
    }

    Scene client(String text) {
        return client(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    Scene server(String text) {
        return server(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    Scene client(byte[] bytes) {
        talk.data(Side.CLIENT, true, bytes, 0, bytes.length, 1, 1);
        return this;
    }

    Scene server(byte[] bytes) {
        talk.data(Side.SERVER, true, bytes, 0, bytes.length, 1, 1);
        return this;
    }

    /** One byte in each packet. */
    Scene slowly(Side side, byte[] bytes) {
        for (int i = 0; i < bytes.length; i++) {
            talk.data(side, true, bytes, i, 1, 1, 1);
        }
        return this;
    }

    Scene missing(Side side, long bytes) {
        talk.hole(side, true, bytes, 1);
        return this;
    }

    List<String> end() {
        talk.end();
        return told;
    }

    Protocol protocol() {
        return talk.protocol();
    }

    /** Whole bytes from parts that are strings or byte arrays. */
    static byte[] bytes(Object... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (Object part : parts) {
            out.writeBytes(part instanceof byte[] b ? b : part.toString().getBytes(StandardCharsets.ISO_8859_1));
        }
        return out.toByteArray();
    }

    @Override
    public boolean wantsLines() {
        return true;
    }

    @Override
    public void line(Side side, boolean encrypted, String text, long frame, long nanos) {
        told.add((side == Side.CLIENT ? "C: " : "S: ") + text);
    }

    @Override
    public void remark(String text, long frame) {
        told.add("-- " + text);
    }

    @Override
    public MailSink mail() {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        return new MailSink() {
            @Override
            public void bytes(byte[] d, int offset, int length) {
                message.write(d, offset, length);
            }

            @Override
            public void end(Mail mail) {
                mails.add(mail);
                messages.add(message.toString(StandardCharsets.ISO_8859_1));
            }
        };
    }
}
