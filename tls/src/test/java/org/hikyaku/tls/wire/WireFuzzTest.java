package org.hikyaku.tls.wire;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import org.hikyaku.tls.TlsVersion;

/** Nothing but {@link TlsFormatException} comes out of the readers, and what was read can be written again. */
class WireFuzzTest {

    @FuzzTest
    void records(byte[] data) throws IOException {
        RecordReader reader = new RecordReader(new ByteArrayInputStream(data), true);
        HandshakeReassembler reassembler = new HandshakeReassembler();
        try {
            for (Optional<TlsRecord> next = reader.next(); next.isPresent(); next = reader.next()) {
                TlsRecord record = next.get();
                if (record.is(ContentType.ALERT)) {
                    Alert.parse(record.fragment()).name();
                } else if (record.sslv2()) {
                    Sslv2.serverHello(record.fragment());
                } else {
                    reassembler.add(record.fragment());
                    for (Optional<RawHandshake> raw = reassembler.next(); raw.isPresent(); raw = reassembler.next()) {
                        HandshakeCodec.parse(raw.get(), TlsVersion.TLSV1_2, Optional.empty());
                    }
                }
            }
        } catch (TlsFormatException expected) {
            // What a reader owes us for bytes that are not TLS.
        }
    }

    @FuzzTest
    void messages(FuzzedDataProvider data) {
        TlsVersion version = data.pickValue(TlsVersion.values());
        Optional<CipherSuite> suite = CipherSuite.registry().find(data.consumeInt(0, 0xffff));
        RawHandshake raw = new RawHandshake(data.consumeInt(0, 25), data.consumeRemainingAsBytes());
        HandshakeMessage message;
        try {
            message = HandshakeCodec.parse(raw, version, suite);
        } catch (TlsFormatException expected) {
            return;
        }
        byte[] written = message.encode();
        // server_name answers, host names of other types and padding contents are not kept; all else is.
        if (message instanceof HandshakeMessage.ClientHello hello
                && hello.extensions().isPresent()
                && !Arrays.equals(written, raw.encoded())) {
            try {
                HandshakeCodec.clientHello(Arrays.copyOfRange(written, 4, written.length));
            } catch (TlsFormatException e) {
                throw new AssertionError("what was written cannot be read", e);
            }
        }
    }

    @FuzzTest
    void sslv2ClientHello(byte[] data) {
        try {
            Sslv2.clientHello(data).ciphers().forEach(Sslv2::cipherName);
        } catch (TlsFormatException expected) {
            // As above.
        }
    }
}
