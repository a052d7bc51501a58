package org.hikyaku.capture.tls;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.zip.Inflater;
import org.hikyaku.capture.tcp.Side;
import org.hikyaku.tls.wire.HandshakeReassembler;
import org.hikyaku.tls.wire.RecordProtection;
import org.jspecify.annotations.Nullable;

/** The state of one direction. */
final class Direction {
    /** What its records are protected with. */
    enum Phase {
        CLEAR,
        /** TLS 1.3: the client's early data. */
        EARLY,
        /** TLS 1.3: the rest of the handshake. */
        HANDSHAKE,
        APPLICATION,
        /** Encrypted, and we have no keys. */
        SEALED
    }

    /** A record that waits for the other direction. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Waiting(int type, byte[] fragment, long frame, long nanos, Optional<RecordSink.Loss> damage) {}

    /** A secret that is missing, and the phase that it is for. */
    record Awaited(Phase phase, SecretLabel label) {}

    final Side side;
    final RecordAssembler assembler;
    final Deque<Waiting> queue = new ArrayDeque<>(0);
    long queuedBytes;
    Phase phase = Phase.CLEAR;
    HandshakeReassembler messages = new HandshakeReassembler();

    /** Bytes of a message that is not whole, as they were counted last. */
    int partial;

    /** Opens its records; absent in clear and when sealed. */
    @Nullable
    RecordProtection protection;

    /** TLS 1.3: the traffic secret of the present phase. */
    byte @Nullable [] secret;

    /** Up to TLS 1.2 without encryption: bytes of the MAC at the end of each record. */
    int macOnly;

    @Nullable
    Inflater inflater;

    /** TLS 1.3: what it was sealed for want of. */
    @Nullable
    Awaited awaited;

    /** Records opened since the keys last changed. */
    long opened;

    /** Bytes of those, with their headers. */
    long openedBytes;

    boolean ended;
    /** Bytes are missing: the other direction must not wait for what was in them. */
    boolean broken;

    /** @param memory counts what is held of records that are not whole */
    Direction(Side side, RecordSink sink, RecordMemory.Share memory) {
        this.side = side;
        this.assembler = new RecordAssembler(sink, memory);
    }

    /** Nothing more can be expected that others might wait for. */
    boolean over() {
        return ended || broken;
    }

    void seal() {
        phase = Phase.SEALED;
        protection = null;
        secret = null;
    }

    void protect(Phase next, RecordProtection with) {
        phase = next;
        protection = with;
        opened = 0;
        openedBytes = 0;
        macOnly = 0;
    }
}
