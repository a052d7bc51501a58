package org.hikyaku.capture.tls;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import org.hikyaku.capture.Captures;
import org.hikyaku.capture.tcp.Endpoint;
import org.hikyaku.capture.tcp.Side;

/**
 * The layers of records and of the handshake. An input is a run of pieces: a byte (lowest bit: the server's; second: bytes are
 * missing; third: cut by a snapshot length), two bytes of length, and so many bytes.
 */
class TlsFuzzTest {

    /** One piece of a stream. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Piece(Side side, boolean missing, boolean cut, int length, byte[] bytes) {}

    @FunctionalInterface
    private interface Player {
        void play(Piece piece);
    }

    private static void each(byte[] input, Player player) {
        int at = 0;
        while (at + 3 <= input.length) {
            int choice = input[at];
            int length = (input[at + 1] & 0xff) << 8 | input[at + 2] & 0xff;
            boolean missing = (choice & 2) != 0;
            int held = missing ? 0 : Math.min(length, input.length - at - 3);
            player.play(new Piece(
                    (choice & 1) == 0 ? Side.CLIENT : Side.SERVER,
                    missing,
                    (choice & 4) != 0,
                    missing ? length + 1 : held,
                    Arrays.copyOfRange(input, at + 3, at + 3 + held)));
            at += 3 + held;
        }
    }

    /** Bytes in any pieces, with holes, and the keys of the sessions among the seeds. */
    @FuzzTest(maxDuration = "60s")
    void records(byte[] input) {
        Heard heard = new Heard();
        TlsConversation tls = conversation(heard);
        each(input, piece -> {
            if (piece.missing()) {
                tls.gap(piece.side(), piece.length(), piece.cut(), 1);
            } else {
                tls.data(piece.side(), piece.bytes(), 0, piece.length(), 1, 1);
            }
        });
        finish(tls);
        // A record grows by DEFLATE alone, to 16 KB at the most (RFC 3749 section 2).
        heard.check(input.length * 200L + 20_000);
    }

    /** Each piece is one handshake message (its first byte is the type) in records of its own. */
    @FuzzTest(maxDuration = "60s")
    void handshake(byte[] input) {
        Heard heard = new Heard();
        TlsConversation tls = conversation(heard);
        each(input, piece -> {
            if (piece.missing() || piece.length() == 0) {
                byte[] change = {20, 3, 3, 0, 1, 1};
                tls.data(piece.side(), change, 0, change.length, 1, 1);
                return;
            }
            byte[] records = inRecords(piece.bytes());
            tls.data(piece.side(), records, 0, records.length, 1, 1);
        });
        finish(tls);
        heard.check(input.length * 2L + 1000);
    }

    /** A ClientHello in the shape of SSL 2.0, and whatever comes behind it. */
    @FuzzTest(maxDuration = "60s")
    void ssl2Hello(byte[] input) {
        TlsConversation tls = conversation(new Heard());
        byte[] header = {(byte) (0x80 | input.length >>> 8 & 0x7f), (byte) input.length};
        tls.data(Side.CLIENT, header, 0, header.length, 1, 1);
        tls.data(Side.CLIENT, input, 0, input.length, 1, 1);
        finish(tls);
    }

    private static byte[] inRecords(byte[] typeAndBody) {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        int body = typeAndBody.length - 1;
        message.writeBytes(new byte[] {typeAndBody[0], (byte) (body >>> 16), (byte) (body >>> 8), (byte) body});
        message.write(typeAndBody, 1, body);
        byte[] all = message.toByteArray();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int at = 0; at < all.length; at += 16_000) {
            int n = Math.min(16_000, all.length - at);
            out.writeBytes(new byte[] {22, 3, 3, (byte) (n >>> 8), (byte) n});
            out.write(all, at, n);
        }
        return out.toByteArray();
    }

    private static TlsConversation conversation(Heard heard) {
        SecretStore store = Captures.keys("tls13.keys", "tls12-ecdhe.keys", "tls12-rsa.keys", "tls10-cbc.keys");
        store.putPsk("", new byte[16], "the pre-shared key");
        store.expectMore();
        return new TlsConversation(
                new KeyFinder(store, new RsaKeys()),
                new Endpoint(0, 0, 443),
                heard,
                new byte[TlsConversation.SCRATCH],
                0);
    }

    private static void finish(TlsConversation tls) {
        tls.end(Side.CLIENT);
        tls.end(Side.SERVER);
        TlsReport report = tls.report();
        if (report.dark().isEmpty() && report.keyOrigin().isEmpty()) {
            throw new AssertionError("dark without a reason");
        }
        if (report.notes().size() > 16 || report.steps().size() > TlsReport.STEPS.value()) {
            throw new AssertionError("what is told of one connection has no bound");
        }
    }

    private static final class Heard implements TlsListener {
        private long bytes;

        @Override
        public void application(Side side, byte[] data, int offset, int length, long frame, long nanos) {
            if (offset < 0 || length < 0 || offset + length > data.length) {
                throw new AssertionError("outside of its window");
            }
            bytes += length;
        }

        @Override
        public void hole(Side side, long missing, long frame) {
            if (missing < 0) {
                throw new AssertionError("a hole of " + missing);
            }
        }

        void check(long most) {
            if (bytes > most) {
                throw new AssertionError(bytes + " bytes came out");
            }
        }
    }
}
