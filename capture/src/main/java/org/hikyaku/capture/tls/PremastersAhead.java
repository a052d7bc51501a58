package org.hikyaku.capture.tls;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hikyaku.capture.ip.Segment;
import org.hikyaku.capture.tcp.Endpoint;
import org.hikyaku.tls.TlsVersion;
import org.hikyaku.tls.wire.CipherSuite;
import org.hikyaku.tls.wire.ContentType;
import org.hikyaku.tls.wire.HandshakeType;

/**
 * Decrypts premaster secrets before anybody asks for them, several at a time, which takes a third of the time for each
 * ({@link MultiBufferRsa}). A window of the capture is looked through for ClientKeyExchange messages before its packets go to
 * their connections; what is found is encrypted for the server that it was sent to, and which key that server has is known from
 * its earlier sessions, or is the only one given. All of this is a guess, which costs time when it is wrong and changes nothing:
 * when a session asks, its own numbers and its own key are looked up, and what is not found is decrypted then.
 *
 * <p>For one thread.
 */
public final class PremastersAhead {
    /** Numbers kept. */
    private static final int KEPT = 1_024;

    /** Servers whose keys are remembered. */
    private static final int SERVERS = 1_024;

    /** So many guesses more than twice the sessions that asked are allowed to be wrong. */
    private static final int CREDIT = 256;

    /** Fewer than these take less time one by one, when they are asked for. */
    private static final int FEW = 3;

    /** Of a ServerHello before its session id (RFC 5246 section 7.4.1.3). */
    private static final int BEFORE_SESSION = 2 + 32;

    /** Of the record's header and the message's (RFC 5246 sections 6.2.1 and 7.4). */
    private static final int RECORD_HEADER = 5;

    private static final int MESSAGE_HEADER = 4;

    /** What is encrypted looks random: some bytes of it are a hash. */
    @SuppressWarnings("ArrayRecordComponent") // compared by hand
    private record Encrypted(byte[] bytes) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Encrypted(byte[] others) && Arrays.equals(bytes, others);
        }

        @Override
        public int hashCode() {
            int n = bytes.length;
            return n < 4 ? n : u16(bytes, n - 4) << 16 | u16(bytes, n - 2);
        }
    }

    /** @param premaster empty when it was not encrypted for this key */
    private record Opened(GivenRsaKey key, Optional<byte[]> premaster) {}

    private final RsaKeys keys;

    /** By what was encrypted. */
    private final Map<Encrypted, Opened> opened = oldestOutOf(KEPT);

    /** Empty: none of ours opened its latest session. */
    private final Map<Endpoint, Optional<GivenRsaKey>> servers = oldestOutOf(SERVERS);

    private record Ends(Endpoint client, Endpoint server) {}

    /** Whose key exchange is another than RSA's: what they send may be as long. */
    private final Map<Ends, Boolean> others = oldestOutOf(SERVERS);

    private final Map<GivenRsaKey, List<byte[]>> found = new LinkedHashMap<>();
    private int waiting;
    private long guesses;
    private long asked;

    PremastersAhead(RsaKeys keys) {
        this.keys = keys;
    }

    private static <K, V> Map<K, V> oldestOutOf(int most) {
        return new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > most;
            }
        };
    }

    /** Whether looking through packets may gain anything. */
    public boolean worthwhile() {
        return !keys.isEmpty() && guesses <= CREDIT + 2 * asked;
    }

    /** Keeps in mind what a client sends in this segment under its server's key. */
    public void look(Segment segment) {
        byte[] data = segment.data;
        int end = segment.offset + segment.length;
        int at = segment.offset;
        while (at + RECORD_HEADER < end
                && data[at] == ContentType.HANDSHAKE.code()
                && data[at + 1] == TlsVersion.SSLV3.code() >>> 8) {
            int next = at + RECORD_HEADER + u16(data, at + 3);
            if (data[at + RECORD_HEADER] == HandshakeType.SERVER_HELLO) {
                serverHello(segment, at + RECORD_HEADER + MESSAGE_HEADER, Math.min(next, end));
            }
            if (next > end) {
                return; // the rest is in another packet
            }
            messages(segment, at + RECORD_HEADER, next, data[at + 2] == 0);
            at = next;
        }
    }

    /** Remembers whose key exchange is none of RSA's; the rest of the record may be in another packet. */
    private void serverHello(Segment segment, int from, int end) {
        byte[] data = segment.data;
        int session = from + BEFORE_SESSION;
        if (session >= end) {
            return;
        }
        int suite = session + 1 + (data[session] & 0xff);
        if (suite + 2 > end) {
            return;
        }
        boolean other = CipherSuite.registry()
                .find(u16(data, suite))
                .filter(known -> known.keyExchange() != CipherSuite.KeyExchange.RSA)
                .isPresent();
        if (other || !others.isEmpty()) {
            Ends ends = new Ends(destination(segment), source(segment));
            if (other) {
                others.put(ends, true);
            } else {
                others.remove(ends);
            }
        }
    }

    private static Endpoint source(Segment segment) {
        return new Endpoint(segment.sourceHigh, segment.sourceLow, segment.sourcePort);
    }

    private static Endpoint destination(Segment segment) {
        return new Endpoint(segment.destinationHigh, segment.destinationLow, segment.destinationPort);
    }

    private void messages(Segment segment, int from, int end, boolean sslv3) {
        byte[] data = segment.data;
        int at = from;
        while (at + MESSAGE_HEADER < end) {
            int next = at + MESSAGE_HEADER + ((data[at + 1] & 0xff) << 16 | u16(data, at + 2));
            if (next > end) {
                return; // longer than its record, or encrypted
            }
            if (data[at] == HandshakeType.CLIENT_KEY_EXCHANGE) {
                byte[] exchange = Arrays.copyOfRange(data, at + MESSAGE_HEADER, next);
                Endpoint server = destination(segment);
                if (others.isEmpty() || !others.containsKey(new Ends(source(segment), server))) {
                    keyExchange(server, RsaKeys.encrypted(exchange, sslv3));
                }
            }
            at = next;
        }
    }

    private void keyExchange(Endpoint server, byte[] encrypted) {
        Optional<GivenRsaKey> known = servers.get(server);
        Optional<GivenRsaKey> key = known == null ? keys.only(server) : known;
        if (key.isPresent()
                && waiting < KEPT
                && key.get().eight().filter(eight -> eight.takes(encrypted)).isPresent()
                && !knows(encrypted)) {
            found.computeIfAbsent(key.get(), _ -> new ArrayList<>()).add(encrypted);
            waiting++;
        }
    }

    /** Whether what was found fills the last eight: more would have to be decrypted by themselves. */
    public boolean full() {
        for (List<byte[]> encrypted : found.values()) {
            if (encrypted.size() % MultiBufferRsa.LANES != 0) {
                return false;
            }
        }
        return true;
    }

    /** Decrypts what was found. */
    public void decrypt() {
        found.forEach((key, encrypted) -> key.eight().ifPresent(eight -> decrypt(key, eight, encrypted)));
        found.clear();
        waiting = 0;
    }

    private void decrypt(GivenRsaKey key, MultiBufferRsa eight, List<byte[]> encrypted) {
        if (encrypted.size() < FEW) {
            return; // as when packets are watched as they pass
        }
        for (int from = 0; from < encrypted.size(); from += MultiBufferRsa.LANES) {
            List<byte[]> some = encrypted.subList(from, Math.min(from + MultiBufferRsa.LANES, encrypted.size()));
            List<Optional<byte[]>> premasters = eight.decrypt(some);
            for (int i = 0; i < some.size(); i++) {
                opened.put(new Encrypted(some.get(i)), new Opened(key, premasters.get(i)));
            }
            guesses += some.size();
        }
    }

    /** What {@link RsaDecryption#decrypt} of this key gives, perhaps known already. */
    Optional<byte[]> decrypt(GivenRsaKey key, byte[] encrypted) {
        asked++;
        Opened ahead = opened.get(new Encrypted(encrypted));
        // What came to nothing by eights is tried by itself: a guess never changes what is found.
        return ahead != null && ahead.key() == key && ahead.premaster().isPresent()
                ? ahead.premaster()
                : key.one().decrypt(encrypted);
    }

    /** A session with this server was opened by this key; the next will be as well. */
    void opened(Endpoint server, GivenRsaKey by) {
        servers.put(server, Optional.of(by));
    }

    /** None of the keys opened a session with this server. */
    void notOpened(Endpoint server) {
        servers.put(server, Optional.empty());
    }

    /** Numbers whose premaster secrets are kept. */
    int kept() {
        return opened.size();
    }

    boolean knows(byte[] encrypted) {
        return opened.containsKey(new Encrypted(encrypted));
    }

    private static int u16(byte[] data, int at) {
        return (data[at] & 0xff) << 8 | data[at + 1] & 0xff;
    }
}
