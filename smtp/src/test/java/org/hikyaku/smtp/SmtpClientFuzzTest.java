package org.hikyaku.smtp;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.hikyaku.net.ByteReader;
import org.hikyaku.net.Connection;
import org.hikyaku.net.Deadline;
import org.hikyaku.net.LimitExceededException;
import org.hikyaku.net.Listener;
import org.hikyaku.net.Network;

/** Whatever a server sends, a reply is one or an error of the three documented kinds, and an attempt has an outcome. */
class SmtpClientFuzzTest {
    private static final InetSocketAddress ADDRESS = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.25"), 25);

    @FuzzTest
    void aReplyOrADocumentedError(byte[] bytes) throws IOException {
        ReplyReader reader = new ReplyReader(new ByteReader(new ByteArrayInputStream(bytes)), Transcript.none());
        try {
            while (true) {
                Reply reply = reader.next();
                check(reply.code() >= 200 && reply.code() <= 599, "code " + reply.code());
                check(!reply.lines().isEmpty() && reply.lines().size() <= 256, "lines");
                for (String line : reply.lines()) {
                    check(line.chars().noneMatch(c -> c < ' ' || c == 0x7F), "control character in " + line);
                }
                EhloReply ehlo = EhloReply.of("", reply);
                check(ehlo.extensions().keySet().stream().noneMatch(String::isEmpty), "empty keyword");
                var _ = reply.enhanced();
            }
        } catch (MalformedReplyException | LimitExceededException | EOFException e) {
            check(e.getMessage() != null && e.getMessage().length() < 1000, "a sentence");
        }
    }

    @FuzzTest
    void anOutcomeForEveryServer(FuzzedDataProvider data) {
        int step = data.consumeInt(1, 100);
        byte[] bytes = data.consumeRemainingAsBytes();
        Network network = new OneConnection(bytes, step);
        SmtpClient client = new SmtpClient(
                network,
                (plain, sni, deadline) -> new TlsUpgrade.Upgraded(plain, ScriptedPeer.FACTS),
                SmtpClientOptions.brisk("client.example"));
        for (TlsUse use : TlsUse.values()) {
            SmtpAttempt attempt = client.open(ADDRESS, use, Optional.empty());
            boolean established = attempt.outcome() instanceof SessionOutcome.Established;
            check(
                    !established
                            || (attempt.session().isPresent() && attempt.facts().isPresent()),
                    "established");
            check(use != TlsUse.NONE || !established, "TLS although none was wanted");
        }
    }

    private static void check(boolean good, String what) {
        if (!good) {
            throw new AssertionError(what);
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // see equals
    private record OneConnection(byte[] bytes, int step) implements Network {
        @Override
        public Connection dial(InetSocketAddress remote, Deadline deadline) {
            InputStream in = new ByteArrayInputStream(bytes) {
                @Override
                public int read(byte[] target, int offset, int length) {
                    return super.read(target, offset, Math.min(length, step));
                }
            };
            return new StreamConnection(in, OutputStream.nullOutputStream());
        }

        @Override
        public Listener listen(InetSocketAddress local) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean equals(Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return step;
        }
    }
}
