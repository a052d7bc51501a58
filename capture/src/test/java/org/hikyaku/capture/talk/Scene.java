package org.hikyaku.capture.talk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.hikyaku.capture.tcp.Side;

/**
 * A dialogue as the capture brings it, and what is told of it. The same is played once more to somebody who wants no lines: protocol and
 * mails must be the same.
 */
final class Scene implements TalkListener {
    final List<String> told = new ArrayList<>();
    final List<Mail> mails = new ArrayList<>();

    /** The bytes of each, as characters of ISO 8859-1. */
    final List<String> messages = new ArrayList<>();

    private final boolean lines;
    private final Talk talk;
    private final Optional<Scene> unseen;

    Scene(boolean showSecrets) {
        this(showSecrets, true);
    }

    private Scene(boolean showSecrets, boolean lines) {
        this.lines = lines;
        talk = new Talk(this, showSecrets);
        unseen = lines ? Optional.of(new Scene(showSecrets, false)) : Optional.empty();
    }

    Scene client(String text) {
        return client(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    Scene server(String text) {
        return server(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    Scene client(byte[] bytes) {
        return data(Side.CLIENT, bytes, 0, bytes.length);
    }

    Scene server(byte[] bytes) {
        return data(Side.SERVER, bytes, 0, bytes.length);
    }

    private Scene data(Side side, byte[] bytes, int offset, int length) {
        talk.data(side, true, bytes, offset, length, 1, 1);
        unseen.ifPresent(other -> other.data(side, bytes, offset, length));
        return this;
    }

    /** One byte in each packet. */
    Scene slowly(Side side, byte[] bytes) {
        for (int i = 0; i < bytes.length; i++) {
            data(side, bytes, i, 1);
        }
        return this;
    }

    Scene missing(Side side, long bytes) {
        talk.hole(side, true, bytes, 1);
        unseen.ifPresent(other -> other.missing(side, bytes));
        return this;
    }

    List<String> end() {
        talk.end();
        unseen.ifPresent(this::compare);
        return told;
    }

    private void compare(Scene other) {
        other.end();
        assertThat(other.protocol()).isEqualTo(protocol());
        assertThat(other.mails).isEqualTo(mails);
        assertThat(other.messages).isEqualTo(messages);
    }

    Optional<SmtpOpening> smtp() {
        return talk.smtp();
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
        return lines;
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
