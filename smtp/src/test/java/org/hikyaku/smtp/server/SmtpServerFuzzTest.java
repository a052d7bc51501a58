package org.hikyaku.smtp.server;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.hikyaku.net.Connection;
import org.hikyaku.net.Deadline;
import org.hikyaku.net.LimitExceededException;
import org.hikyaku.smtp.Reply;
import org.hikyaku.smtp.StreamConnection;
import org.hikyaku.smtp.sasl.SaslMechanism;

/** Whatever a client sends: replies, an end, nothing of ours broken, and no mail but one that any server would see. */
class SmtpServerFuzzTest {
    @FuzzTest
    void aCommandOrARefusal(FuzzedDataProvider data) {
        boolean extended = data.consumeBoolean();
        boolean secured = data.consumeBoolean();
        byte[] line = data.consumeRemainingAsBytes();
        try {
            Command command = new CommandParser("mx.example").parse(CommandParser.text(line), extended, secured);
            check(!(command instanceof Command.Bdat bdat) || bdat.size() >= 0, "negative chunk");
            check(
                    !(command instanceof Command.Mail mail)
                            || secured
                            || !mail.sender().requireTls(),
                    "Q1");
        } catch (CommandException e) {
            Reply reply = e.reply();
            check(reply.code() >= 500 && reply.code() < 600, "code " + reply.code());
            check(reply.enhanced().isPresent(), "no enhanced code: " + reply);
            String wire = new String(Replies.bytes(reply), StandardCharsets.ISO_8859_1);
            check(wire.indexOf('\n') == wire.length() - 1 && wire.endsWith("\r\n"), "more than one line");
            check(wire.indexOf('\0') < 0, "NUL comes back");
        }
    }

    /** Held against the plainest way of doing it: the first CR LF . CR LF ends, and every CR and LF before it is in a pair. */
    @FuzzTest
    void contentAsThePlainestReaderSeesIt(FuzzedDataProvider data) throws IOException {
        int step = data.consumeInt(1, 50);
        byte[] bytes = data.consumeRemainingAsBytes();
        ServerChannel channel = new ServerChannel(ContentReaderTest.said(bytes, step, step), Duration.ofSeconds(1));
        ByteArrayOutputStream kept = new ByteArrayOutputStream();
        ContentReader reader =
                new ContentReader(channel, ServerLimits.defaults(), ServerTimes.defaults(), System::nanoTime);
        String wire = "\r\n" + new String(bytes, StandardCharsets.ISO_8859_1);
        int end = wire.indexOf("\r\n.\r\n");
        try {
            reader.data(kept);
        } catch (EOFException e) {
            check(end < 0, "an end was not seen");
            return;
        }
        check(end >= 0, "an end was seen where there is none");
        String before = wire.substring(2, Math.max(2, end + 2));
        String paired = before.replace("\r\n", "");
        boolean good = paired.indexOf('\r') < 0 && paired.indexOf('\n') < 0 && paired.indexOf('\0') < 0;
        boolean longLine = java.util.Arrays.stream(before.split("\r\n")).anyMatch(l -> l.length() > 16_000);
        check(longLine || good == reader.fault().isEmpty(), "good: " + good);
        if (reader.fault().isEmpty()) {
            String unstuffed = ("\r\n" + before).replace("\r\n.", "\r\n").substring(2);
            check(kept.toString(StandardCharsets.ISO_8859_1).equals(unstuffed), "content");
        }
    }

    @FuzzTest
    void chunksOfAnySize(FuzzedDataProvider data) throws IOException {
        boolean binary = data.consumeBoolean();
        int first = data.consumeInt(0, 1000);
        byte[] bytes = data.consumeRemainingAsBytes();
        int cut = Math.min(first, bytes.length);
        ServerChannel channel = new ServerChannel(ContentReaderTest.said(bytes, 7, 5), Duration.ofSeconds(1));
        ByteArrayOutputStream kept = new ByteArrayOutputStream();
        ContentReader reader =
                new ContentReader(channel, ServerLimits.defaults(), ServerTimes.defaults(), System::nanoTime);
        reader.chunk(kept, cut, binary);
        reader.chunk(kept, bytes.length - cut, binary);
        reader.chunksEnd(binary);
        String paired = new String(bytes, StandardCharsets.ISO_8859_1).replace("\r\n", "");
        boolean good = binary || paired.indexOf('\r') < 0 && paired.indexOf('\n') < 0 && paired.indexOf('\0') < 0;
        check(good == reader.fault().isEmpty() || bytes.length > 16_000, "good: " + good);
        check(!reader.fault().isEmpty() || java.util.Arrays.equals(kept.toByteArray(), bytes), "content");
    }

    @FuzzTest
    void aWholeSession(FuzzedDataProvider data) {
        int step = data.consumeInt(1, 200);
        boolean clearLogins = data.consumeBoolean();
        byte[] bytes = data.consumeRemainingAsBytes();
        RecordingParts parts = new RecordingParts();
        parts.inClear = clearLogins ? Set.of(SaslMechanism.PLAIN, SaslMechanism.LOGIN) : Set.of();
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        SmtpServerSession session = new SmtpServerSession(
                SmtpServerOptions.of("mx.example")
                        .withLimits(ServerLimits.defaults().withMessageSize(10_000)),
                parts.with(Optional::empty),
                new HandshakeGate(1),
                System::nanoTime,
                connection(bytes, step, said));
        session.run();
        check(parts.faults.isEmpty(), "broken: " + parts.faults);
        SessionEnd end = parts.ends.element();
        check(end.why() != SessionEnd.Why.FAULT, "fault");
        check(said.size() <= 400 * (end.commands() + 20), "more replies than commands");
        String replies = said.toString(StandardCharsets.UTF_8);
        check(replies.startsWith("220 "), "greeting");
        for (String line : replies.split("\r\n")) {
            check(line.length() >= 4 && line.indexOf('\n') < 0 && line.indexOf('\r') < 0, "a line of replies: " + line);
            check(Character.isDigit(line.charAt(0)) && (line.charAt(3) == ' ' || line.charAt(3) == '-'), line);
        }
        parts.taken.forEach(taken -> {
            String rest = taken.body() == org.hikyaku.smtp.Body.BINARY_MIME
                    ? ""
                    : taken.content().replace("\r\n", "");
            check(rest.indexOf('\n') < 0 && rest.indexOf('\r') < 0 && rest.indexOf('\0') < 0, "stray line ends");
            check(!taken.mail().recipients().isEmpty(), "nobody to send it to");
        });
        check(end.mails() == parts.taken.size(), "mails");
    }

    private static Connection connection(byte[] bytes, int step, OutputStream said) {
        InputStream in = new ByteArrayInputStream(bytes) {
            @Override
            public synchronized int read(byte[] into, int offset, int length) {
                return super.read(into, offset, Math.min(length, step));
            }
        };
        return new StreamConnection(in, said);
    }

    @FuzzTest
    void aLineWithinItsLimit(FuzzedDataProvider data) throws IOException {
        int step = data.consumeInt(1, 50);
        byte[] bytes = data.consumeRemainingAsBytes();
        ServerChannel channel = new ServerChannel(ContentReaderTest.said(bytes, step, step), Duration.ofSeconds(1));
        org.hikyaku.net.Limit limit = new org.hikyaku.net.Limit("bytes", 20);
        int lines = 0;
        try {
            while (true) {
                ServerChannel.LineState state = channel.readLine(limit, Deadline.after(Duration.ofSeconds(1)));
                lines++;
                if (state == ServerChannel.LineState.GOOD) {
                    String line = channel.latin1();
                    check(line.length() <= 20, "too long");
                    check(line.indexOf('\r') < 0 && line.indexOf('\n') < 0 && line.indexOf('\0') < 0, "stray");
                }
            }
        } catch (EOFException e) {
            int lf = (int) new String(bytes, StandardCharsets.ISO_8859_1)
                    .chars()
                    .filter(c -> c == '\n')
                    .count();
            check(lines == lf, "lines: " + lines + " of " + lf);
        } catch (LimitExceededException e) {
            check(bytes.length > 60_000, "skipped too little");
        }
    }

    private static void check(boolean good, String what) {
        if (!good) {
            throw new AssertionError(what);
        }
    }
}
