package org.hikyaku.capture.tls;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.hikyaku.capture.tcp.Side;
import org.hikyaku.net.Limit;
import org.hikyaku.tls.wire.HandshakeType;

/**
 * Encrypted records that are kept while their keys may still come: a key log is written by a peer that has the packets
 * before us, and a secrets block may stand behind the packets that it opens.
 */
final class SealedRecords {
    static final Limit OF_ONE = new Limit("bytes of one TLS connection kept until its keys come", 256 << 10);

    static final Limit OF_ALL = new Limit("bytes of all TLS connections kept until their keys come", 32 << 20);

    /** One record. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Kept(Side side, int type, byte[] fragment, long frame, long nanos) {
        long size() {
            return fragment.length + 96L;
        }
    }

    private final AtomicLong ofAll;
    private List<Kept> kept = List.of();
    private long bytes;
    private boolean wanted;

    /** Secrets that were known when they were last looked for. */
    private long known;

    /**
     * @param ofAll counts what all connections keep
     * @param wanted whether keys may come at all
     */
    SealedRecords(AtomicLong ofAll, boolean wanted) {
        this.ofAll = ofAll;
        this.wanted = wanted;
    }

    /** Whether there are any. */
    boolean waiting() {
        return !kept.isEmpty();
    }

    /** Whether it makes sense to look for the keys again. */
    boolean worthATry(SecretStore store) {
        store.refresh();
        long now = store.taken();
        boolean more = now != known;
        known = now;
        return more;
    }

    /** A log may name a session by its ticket, which the server sends behind what the client encrypts (RFC 5077 section 3.3). */
    void passed(int handshakeType) {
        if (handshakeType == HandshakeType.NEW_SESSION_TICKET) {
            known = -1;
        }
    }

    /** Keeps a copy; from when it is too much on, nothing. */
    void keep(Side side, int type, byte[] data, int offset, int length, long frame, long nanos) {
        if (!wanted) {
            return;
        }
        Kept one = new Kept(side, type, Arrays.copyOfRange(data, offset, offset + length), frame, nanos);
        if (bytes + one.size() > OF_ONE.value() || ofAll.get() + one.size() > OF_ALL.value()) {
            giveUp();
            return;
        }
        if (kept.isEmpty()) {
            kept = new ArrayList<>();
        }
        kept.add(one);
        bytes += one.size();
        ofAll.addAndGet(one.size());
    }

    /** All of them in the order in which they came; none are kept any more. */
    List<Kept> take() {
        List<Kept> all = kept;
        kept = List.of();
        ofAll.addAndGet(-bytes);
        bytes = 0;
        return all;
    }

    /** Records are missing between them, or there were too many: late keys are no use any more. */
    void giveUp() {
        wanted = false;
        take();
    }
}
