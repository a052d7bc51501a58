package org.hikyaku.mail;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.james.mime4j.MimeException;
import org.apache.james.mime4j.dom.Message;
import org.apache.james.mime4j.field.Fields;
import org.apache.james.mime4j.message.BodyPart;
import org.apache.james.mime4j.message.BodyPartBuilder;
import org.apache.james.mime4j.message.DefaultMessageWriter;
import org.apache.james.mime4j.message.MultipartBuilder;
import org.apache.james.mime4j.stream.Field;
import org.apache.james.mime4j.stream.RawFieldParser;
import org.apache.james.mime4j.util.ContentUtil;
import org.hikyaku.smtp.MailContent;
import org.hikyaku.smtp.Mailbox;

/** Composes a mail: text in UTF-8 that goes through any server, and files beside it. */
public final class MailComposer {
    private final InstantSource clock;
    private final SecureRandom random;

    /** @param random makes the Message-ID */
    public MailComposer(InstantSource clock, SecureRandom random) {
        this.clock = clock;
        this.random = random;
    }

    /** A file that goes with a mail. */
    public record Attachment(String name, String type, MailContent content) {}

    /**
     * A whole mail with lines that end with CR LF.
     *
     * @param subject one line
     * @param body text with any line ends
     */
    public byte[] compose(
            Optional<Mailbox> from, List<Mailbox> to, String subject, String body, List<Attachment> attachments) {
        String text = body.replace("\r\n", "\n").replace('\r', '\n').replace("\n", "\r\n");
        if (subject.indexOf('\r') >= 0 || subject.indexOf('\n') >= 0) {
            throw new IllegalArgumentException("a subject is one line");
        }
        try {
            Message.Builder message = Message.Builder.of()
                    .setField(field("From", from.map(Mailbox::toString).orElse("MAILER-DAEMON@localhost")))
                    .setField(field("To", to.stream().map(Mailbox::toString).collect(Collectors.joining(", "))))
                    .setSubject(subject)
                    .setDate(Date.from(clock.instant()))
                    .setField(Fields.messageId("<" + HexFormat.of().formatHex(bytes(16)) + "@"
                            + from.map(Mailbox::domain)
                                    .filter(d -> !d.startsWith("["))
                                    .orElse("localhost") + ">"));
            if (attachments.isEmpty()) {
                message.setBody(text, "plain", StandardCharsets.UTF_8);
                message.setContentTransferEncoding("quoted-printable");
            } else {
                MultipartBuilder parts = MultipartBuilder.create("mixed")
                        .addBodyPart(BodyPartBuilder.create()
                                .setBody(text, "plain", StandardCharsets.UTF_8)
                                .setContentTransferEncoding("quoted-printable")
                                .build());
                for (Attachment file : attachments) {
                    parts.addBodyPart(attachment(file));
                }
                message.setBody(parts.build());
            }
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            new DefaultMessageWriter().writeMessage(message.build(), out);
            return out.toByteArray();
        } catch (MimeException e) {
            throw new IllegalStateException("addresses that were checked make a header", e);
        } catch (IOException e) {
            throw new UncheckedIOException("memory can be written to", e);
        }
    }

    /** A header field as it stands, in UTF-8 (RFC 6532): the library's own take ASCII addresses only. */
    private static Field field(String name, String value) throws MimeException {
        return RawFieldParser.DEFAULT.parseField(ContentUtil.encode(StandardCharsets.UTF_8, name + ": " + value));
    }

    private static BodyPart attachment(Attachment file) throws IOException {
        byte[] bytes;
        try (InputStream in = file.content().open()) {
            bytes = in.readAllBytes();
        }
        return BodyPartBuilder.create()
                .setBody(bytes, file.type())
                .setContentTransferEncoding("base64")
                .setContentDisposition("attachment", file.name())
                .build();
    }

    private byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }
}
