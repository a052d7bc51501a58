package org.hikyaku.conformance.attack;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.hikyaku.conformance.attack.Step.Kind;
import org.hikyaku.conformance.attack.Step.Party;
import org.hikyaku.net.Connection;
import org.hikyaku.net.Limit;
import org.hikyaku.net.LimitExceededException;

/**
 * The attacker on the wire: the sender's connection ends at him, he opens one to the true receiver, and passes on what he
 * pleases. He reads SMTP while it is in clear; of TLS he passes the bytes on, for that is all that he can do.
 *
 * <p>One thread for each direction. Who speaks next is the sender's to decide, and it waits for the replies to STARTTLS and
 * DATA: so whatever the receiver's thread has seen is known to the sender's thread when the next bytes come.
 */
final class WireRelay implements MailTrick {
    private static final Limit LINE = new Limit("bytes in a line through the attacker's hands", 65_536);
    private static final Limit REPLY = new Limit("lines in a reply through the attacker's hands", 200);
    private static final Limit RECORD = new Limit("bytes in a TLS record", 5 + (1 << 14) + 2048);
    private static final int BUFFER = 16_384;
    private static final int RECORD_HEADER = 5;

    /** A fatal alert, handshake_failure, as a record of TLS 1.2 and before looks in clear (RFC 8446 section 6). */
    private static final byte[] ALERT = {21, 3, 3, 0, 2, 2, 40};

    private final Hands hands;

    WireRelay(Hands hands) {
        this.hands = hands;
    }

    @Override
    public void meet(Meeting meeting) throws IOException {
        Connection receiver = meeting.receiver(hands.changes());
        Session session = new Session(meeting.seat().story(), meeting.sender(), receiver);
        Thread down = Thread.ofVirtual().name("attacker, replies").start(session::down);
        try (receiver) {
            session.up();
        } finally {
            // the receiver's connection is closed by now: nothing more comes down
            join(down);
            session.tellSealed();
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** One connection. */
    private final class Session {
        private final Story story;
        private final Connection sender;
        private final Connection receiver;

        /** Written by the thread that reads commands, read by the one that reads replies. */
        private volatile boolean startTlsAsked;

        /** Written by the thread that reads replies before it passes on the reply that the sender waits for. */
        private volatile boolean contentNext;

        private volatile boolean raw;
        private final AtomicLong sealedUp = new AtomicLong();
        private final AtomicLong sealedDown = new AtomicLong();

        private boolean inContent;
        private final ByteArrayOutputStream mail = new ByteArrayOutputStream();
        private final ByteArrayOutputStream changedMail = new ByteArrayOutputStream();

        Session(Story story, Connection sender, Connection receiver) {
            this.story = story;
            this.sender = sender;
            this.receiver = receiver;
        }

        /** From the sender to the receiver, until one of them ends it. */
        void up() throws IOException {
            InputStream in = sender.input();
            byte[] buffer = new byte[BUFFER];
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            ByteArrayOutputStream hello = new ByteArrayOutputStream();
            boolean helloPassed = false;
            int n;
            while ((n = in.read(buffer)) >= 0) {
                if (!raw) {
                    for (int i = 0; i < n; i++) {
                        if (buffer[i] != '\n') {
                            line.write(buffer[i]);
                            LINE.check(line.size());
                        } else if (!fromSender(text(line))) {
                            return;
                        }
                    }
                    continue;
                }
                sealedUp.addAndGet(n);
                if (helloPassed) {
                    send(receiver, buffer, n);
                    continue;
                }
                hello.write(buffer, 0, n);
                if (!wholeRecord(hello)) {
                    continue;
                }
                Optional<byte[]> passed = hands.hello(hello.toByteArray());
                if (passed.isEmpty()) {
                    send(sender, ALERT, ALERT.length);
                    story.say(Party.SENDER, Party.ATTACKER, Kind.CLEAR, "ClientHello");
                    story.say(Party.ATTACKER, Party.SENDER, Kind.FORGED, "TLS alert: handshake_failure");
                    sealedUp.set(0);
                    return;
                }
                if (!java.util.Arrays.equals(passed.get(), hello.toByteArray())) {
                    story.say(Party.SENDER, Party.ATTACKER, Kind.CLEAR, "ClientHello");
                    story.say(Party.ATTACKER, Party.RECEIVER, Kind.FORGED, "ClientHello, changed");
                }
                send(receiver, passed.get(), passed.get().length);
                helloPassed = true;
            }
        }

        private static boolean wholeRecord(ByteArrayOutputStream hello) throws LimitExceededException {
            byte[] bytes = hello.toByteArray();
            if (bytes.length < RECORD_HEADER) {
                return false;
            }
            int length = RECORD_HEADER + ((bytes[3] & 0xff) << 8 | bytes[4] & 0xff);
            RECORD.check(length);
            return bytes.length >= length;
        }

        /** One line of the sender's; false when the attacker ends the connection. */
        private boolean fromSender(String text) throws IOException {
            if (contentNext || inContent) {
                contentNext = false;
                inContent = !text.equals(".");
                String instead = inContent ? hands.content(text) : text;
                if (inContent) {
                    append(mail, text);
                    append(changedMail, instead);
                } else {
                    tellMail();
                }
                send(receiver, instead);
                return true;
            }
            Optional<String> answer = hands.answer(text);
            if (answer.isPresent()) {
                story.say(Party.SENDER, Party.ATTACKER, Kind.CLEAR, text);
                story.say(Party.ATTACKER, Party.SENDER, Kind.FORGED, answer.get());
                send(sender, answer.get());
                return true;
            }
            story.say(Party.SENDER, Party.RECEIVER, Kind.CLEAR, text);
            startTlsAsked = text.strip().toUpperCase(Locale.ROOT).equals("STARTTLS");
            send(receiver, text);
            return true;
        }

        private void tellMail() {
            if (java.util.Arrays.equals(mail.toByteArray(), changedMail.toByteArray())) {
                story.say(Party.SENDER, Party.RECEIVER, Kind.CLEAR, MailWords.of(mail.toByteArray()));
            } else {
                story.say(Party.SENDER, Party.ATTACKER, Kind.CLEAR, MailWords.of(mail.toByteArray()));
                story.say(Party.ATTACKER, Party.RECEIVER, Kind.FORGED, MailWords.of(changedMail.toByteArray()));
            }
        }

        /** From the receiver to the sender, until one of them ends it. */
        void down() {
            byte[] buffer = new byte[BUFFER];
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            List<String> reply = new ArrayList<>();
            try {
                InputStream in = receiver.input();
                int n;
                while ((n = in.read(buffer)) >= 0) {
                    if (raw) {
                        sealedDown.addAndGet(n);
                        send(sender, buffer, n);
                        continue;
                    }
                    for (int i = 0; i < n; i++) {
                        if (buffer[i] != '\n') {
                            line.write(buffer[i]);
                            LINE.check(line.size());
                            continue;
                        }
                        reply.add(text(line));
                        REPLY.check(reply.size());
                        if (reply.getLast().length() < 4 || reply.getLast().charAt(3) != '-') {
                            fromReceiver(List.copyOf(reply));
                            reply.clear();
                        }
                    }
                }
            } catch (IOException e) {
                story.note(Party.ATTACKER, "the connection breaks off");
            } finally {
                closeQuietly();
            }
        }

        /** The sender learns that the receiver hung up. */
        private void closeQuietly() {
            try {
                sender.close();
            } catch (IOException e) {
                story.note(Party.ATTACKER, "the connection breaks off");
            }
        }

        private void fromReceiver(List<String> reply) throws IOException {
            List<String> instead = hands.reply(reply);
            if (instead.equals(reply)) {
                story.say(Party.RECEIVER, Party.SENDER, Kind.CLEAR, String.join("\n", reply));
            } else {
                story.say(Party.RECEIVER, Party.ATTACKER, Kind.CLEAR, String.join("\n", reply));
                story.say(Party.ATTACKER, Party.SENDER, Kind.FORGED, String.join("\n", instead));
            }
            String first = reply.getFirst();
            if (first.startsWith("354")) {
                contentNext = true;
            }
            if (startTlsAsked && first.startsWith("220")) {
                raw = true;
            }
            send(sender, String.join("\r\n", instead));
        }

        /** What passed that he cannot read. */
        void tellSealed() {
            if (sealedUp.get() > 0) {
                story.say(
                        Party.SENDER,
                        Party.RECEIVER,
                        Kind.SEALED,
                        "TLS: " + sealedUp + " bytes up, " + sealedDown + " down, that the attacker cannot read");
            }
        }
    }

    private static void append(ByteArrayOutputStream to, String line) {
        to.writeBytes((line + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
    }

    /** The line so far, without its CR; what follows is a new one. */
    private static String text(ByteArrayOutputStream line) {
        String text = line.toString(StandardCharsets.ISO_8859_1);
        line.reset();
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }

    private static void send(Connection to, String text) throws IOException {
        byte[] bytes = (text + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
        send(to, bytes, bytes.length);
    }

    private static void send(Connection to, byte[] bytes, int length) throws IOException {
        OutputStream out = to.output();
        out.write(bytes, 0, length);
        out.flush();
    }
}
