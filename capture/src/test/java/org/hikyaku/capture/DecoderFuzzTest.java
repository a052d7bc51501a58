package org.hikyaku.capture;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.hikyaku.capture.talk.Mail;
import org.hikyaku.capture.talk.MailSink;
import org.hikyaku.capture.talk.Talk;
import org.hikyaku.capture.talk.TalkListener;
import org.hikyaku.capture.tcp.Endpoint;
import org.hikyaku.capture.tcp.Side;
import org.hikyaku.capture.tls.KeyFinder;
import org.hikyaku.capture.tls.RsaKeys;
import org.hikyaku.capture.tls.SecretStore;
import org.hikyaku.capture.tls.TlsConversation;
import org.hikyaku.capture.tls.TlsListener;

/** Every layer takes any bytes: nothing is thrown but the reader's IOException. */
class DecoderFuzzTest {
    private static final String[] NAMES = {"tls13", "tls12-rsa", "tls12-ecdhe", "tls10-cbc"};

    /** File, IP, TCP, records and handshakes: real captures with bytes changed at will. */
    @FuzzTest(maxDuration = "60s")
    void changedCaptures(FuzzedDataProvider data) {
        String name = data.pickValue(NAMES);
        byte[] capture = Captures.bytes(name + ".pcap").clone();
        int changes = data.consumeInt(1, 16);
        for (int i = 0; i < changes; i++) {
            capture[data.consumeInt(0, capture.length - 1)] = data.consumeByte();
        }
        decode(capture, Captures.keys(name + ".keys"));
    }

    @FuzzTest(maxDuration = "60s")
    void anyFile(byte[] file) {
        decode(file, new SecretStore());
    }

    @FuzzTest(maxDuration = "60s")
    void anyKeyLog(byte[] log) {
        new SecretStore().addText(log, "fuzz");
    }

    private static void decode(byte[] capture, SecretStore store) {
        try {
            Captures.decode(capture, store);
        } catch (IOException e) {
            // A damaged file is told so.
        }
    }

    /** Both directions of TLS, in pieces, with holes. */
    @FuzzTest(maxDuration = "60s")
    void anyRecords(FuzzedDataProvider data) {
        TlsListener nobody = new TlsListener() {
            @Override
            public void application(Side side, byte[] d, int offset, int length, long frame, long nanos) {}

            @Override
            public void hole(Side side, long bytes, long frame) {}
        };
        TlsConversation tls = new TlsConversation(
                new KeyFinder(Captures.keys("tls13.keys"), new RsaKeys()),
                new Endpoint(0, 0, 443),
                nobody,
                new byte[TlsConversation.SCRATCH],
                0);
        while (data.remainingBytes() > 0) {
            Side side = data.consumeBoolean() ? Side.CLIENT : Side.SERVER;
            if (data.consumeInt(0, 9) == 0) {
                tls.gap(side, data.consumeLong(1, 1L << 32), data.consumeBoolean(), 1);
            } else {
                byte[] piece = data.consumeBytes(data.consumeInt(1, 400));
                tls.data(side, piece, 0, piece.length, 1, 1);
            }
        }
        tls.end(Side.CLIENT);
        tls.end(Side.SERVER);
    }

    /** Dialogues of any protocol. */
    @FuzzTest(maxDuration = "60s")
    void anyTalk(FuzzedDataProvider data) {
        Talk talk = new Talk(
                new TalkListener() {
                    @Override
                    public boolean wantsLines() {
                        return true;
                    }

                    @Override
                    public void line(Side side, boolean encrypted, String text, long frame, long nanos) {}

                    @Override
                    public void remark(String text, long frame) {}

                    @Override
                    public MailSink mail() {
                        return new MailSink() {
                            @Override
                            public void bytes(byte[] d, int offset, int length) {}

                            @Override
                            public void end(Mail mail) {}
                        };
                    }
                },
                data.consumeBoolean());
        String[] beginnings = {"220 mx ESMTP\r\n", "* OK IMAP\r\n", "+OK\r\n", ""};
        byte[] first = data.pickValue(beginnings).getBytes(StandardCharsets.US_ASCII);
        talk.data(Side.SERVER, false, first, 0, first.length, 1, 1);
        while (data.remainingBytes() > 0) {
            Side side = data.consumeBoolean() ? Side.CLIENT : Side.SERVER;
            byte[] piece = data.consumeBytes(data.consumeInt(1, 200));
            talk.data(side, true, piece, 0, piece.length, 2, 2);
        }
        talk.end();
    }
}
