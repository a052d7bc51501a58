package org.hikyaku.relay.local;

import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.hikyaku.net.Connection;
import org.hikyaku.net.Deadline;
import org.hikyaku.net.Limit;
import org.hikyaku.net.LineReader;
import org.hikyaku.net.Network;
import org.hikyaku.smtp.Body;
import org.hikyaku.smtp.MailContent;
import org.hikyaku.smtp.Mailbox;
import org.hikyaku.smtp.Reply;

/**
 * Hands mail to a mail store by LMTP (RFC 2033): SMTP but for LHLO, and for the end of DATA, which is answered once for
 * each recipient that was accepted.
 */
final class LmtpClient {
    private static final Limit LINE = new Limit("bytes in a reply line of the mail store", 2048);
    private static final Limit LINES = new Limit("lines in a reply of the mail store", 256);

    private final Network network;
    private final InetSocketAddress server;
    private final String host;
    private final Duration timeout;

    LmtpClient(Network network, InetSocketAddress server, String host, Duration timeout) {
        this.network = network;
        this.server = server;
        this.host = host;
        this.timeout = timeout;
    }

    /** A mail for the store. */
    record Delivery(
            Optional<Mailbox> sender, List<Mailbox> recipients, Body body, boolean smtpUtf8, MailContent content) {}

    /**
     * Delivers, and gives the store's reply for each recipient, in order.
     *
     * @throws IOException when the store cannot be reached or breaks the protocol; nobody's mail is known to be delivered
     */
    List<Reply> deliver(Delivery delivery) throws IOException {
        try (Connection connection = network.dial(server, Deadline.after(timeout))) {
            return new Dialogue(connection).deliver(delivery);
        }
    }

    private final class Dialogue {
        private final Connection connection;
        private final LineReader lines;
        private final OutputStream out;

        Dialogue(Connection connection) {
            this.connection = connection;
            this.lines = new LineReader(connection.input(), LineReader.Ends.LF_TOO, LINE);
            this.out = new BufferedOutputStream(connection.output(), 1 << 15);
        }

        List<Reply> deliver(Delivery delivery) throws IOException {
            good(reply(), "greeting");
            Set<String> offers = new HashSet<>();
            for (String line : good(command("LHLO " + host), "LHLO").lines()) {
                offers.add(line.strip().split(" ", 2)[0].toUpperCase(Locale.ROOT));
            }
            Reply sender = command(mail(delivery, offers));
            if (sender.kind() != Reply.Kind.POSITIVE) {
                return everybody(delivery, sender);
            }
            List<Optional<Reply>> refused = new ArrayList<>();
            for (Mailbox recipient : delivery.recipients()) {
                Reply reply = command("RCPT TO:<" + recipient + ">");
                refused.add(reply.kind() == Reply.Kind.POSITIVE ? Optional.empty() : Optional.of(reply));
            }
            if (refused.stream().allMatch(Optional::isPresent)) {
                quit();
                return refused.stream().map(Optional::orElseThrow).toList();
            }
            Reply data = command("DATA");
            List<Reply> replies = new ArrayList<>();
            if (data.kind() == Reply.Kind.INTERMEDIATE) {
                content(delivery.content());
            }
            for (Optional<Reply> no : refused) {
                // RFC 2033 section 4.2: one reply for each recipient that was accepted, in order
                if (no.isPresent()) {
                    replies.add(no.get());
                } else {
                    replies.add(data.kind() == Reply.Kind.INTERMEDIATE ? reply() : data);
                }
            }
            quit();
            return replies;
        }

        private String mail(Delivery delivery, Set<String> offers) {
            String mail =
                    "MAIL FROM:<" + delivery.sender().map(Mailbox::toString).orElse("") + ">";
            if (delivery.body() != Body.SEVEN_BIT && offers.contains("8BITMIME")) {
                mail += " BODY=8BITMIME";
            }
            if (delivery.smtpUtf8() && offers.contains("SMTPUTF8")) {
                mail += " SMTPUTF8";
            }
            return mail;
        }

        private List<Reply> everybody(Delivery delivery, Reply reply) {
            return delivery.recipients().stream().map(_ -> reply).toList();
        }

        private void content(MailContent content) throws IOException {
            byte[] block = new byte[1 << 15];
            boolean lineStart = true;
            try (InputStream in = content.open()) {
                for (int n = in.read(block); n >= 0; n = in.read(block)) {
                    for (int i = 0; i < n; i++) {
                        if (lineStart && block[i] == '.') {
                            out.write('.');
                        }
                        out.write(block[i]);
                        lineStart = block[i] == '\n';
                    }
                    connection.within(Deadline.after(timeout));
                }
            }
            out.write((lineStart ? ".\r\n" : "\r\n.\r\n").getBytes(StandardCharsets.US_ASCII));
            out.flush();
        }

        private void quit() {
            try {
                out.write("QUIT\r\n".getBytes(StandardCharsets.US_ASCII));
                out.flush();
            } catch (IOException e) {
                // all that matters has been said
            }
        }

        private Reply command(String line) throws IOException {
            out.write((line + "\r\n").getBytes(StandardCharsets.UTF_8));
            out.flush();
            return reply();
        }

        private Reply good(Reply reply, String to) throws IOException {
            if (reply.kind() != Reply.Kind.POSITIVE) {
                throw new IOException("the mail store answered " + to + " with " + reply);
            }
            return reply;
        }

        private Reply reply() throws IOException {
            connection.within(Deadline.after(timeout));
            List<String> text = new ArrayList<>();
            while (true) {
                String line = lines.next()
                        .orElseThrow(() -> new EOFException("the mail store hung up"))
                        .utf8();
                if (line.length() < 3 || !line.substring(0, 3).chars().allMatch(c -> c >= '0' && c <= '9')) {
                    throw new IOException("the mail store said what is no reply of LMTP (RFC 2033)");
                }
                text.add(clean(line.length() > 4 ? line.substring(4) : ""));
                LINES.check(text.size());
                if (line.length() == 3 || line.charAt(3) != '-') {
                    return new Reply(Integer.parseInt(line.substring(0, 3)), text);
                }
            }
        }
    }

    private static String clean(String text) {
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints().forEach(c -> out.appendCodePoint(Character.isISOControl(c) ? '?' : c));
        return out.toString();
    }
}
