package org.hikyaku.capture.tls;

import java.util.Optional;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.hikyaku.capture.tcp.Side;
import org.hikyaku.tls.wire.Alert;
import org.hikyaku.tls.wire.ContentType;
import org.hikyaku.tls.wire.HandshakeReassembler;
import org.hikyaku.tls.wire.RawHandshake;
import org.hikyaku.tls.wire.TlsFormatException;

/** Takes what records carry, once it can be read, to where it belongs: messages, application data, alerts. */
final class RecordContents {
    private final TlsListener listener;
    private final TlsReport report;
    private final HandshakeFollower follower;
    private final SealedRecords sealed;
    private final HandshakeMemory.Share memory;
    private byte[] inflated = new byte[0];

    RecordContents(
            TlsListener listener,
            TlsReport report,
            HandshakeFollower follower,
            SealedRecords sealed,
            HandshakeMemory.Share memory) {
        this.listener = listener;
        this.report = report;
        this.follower = follower;
        this.sealed = sealed;
        this.memory = memory;
    }

    /**
     * A record was decrypted.
     *
     * @param n bytes of the plaintext, which begins at 0
     */
    void opened(Direction d, byte[] plaintext, int n, long frame, long nanos) {
        int type = d.protection == null ? 0 : d.protection.openedType();
        byte[] plain = plaintext;
        int length = n;
        Inflater inflater = d.inflater;
        if (inflater != null) {
            length = inflate(inflater, plain, n);
            plain = inflated;
            if (length < 0) {
                report.note("a record of the " + TlsConversation.word(d.side) + " in frame " + frame
                        + " does not decompress");
                d.inflater = null;
                return;
            }
        }
        read(d, type, plain, 0, length, frame, nanos, true);
    }

    /** RFC 3749: a record never grows beyond 2^14 bytes. */
    private int inflate(Inflater inflater, byte[] compressed, int n) {
        if (inflated.length == 0) {
            inflated = new byte[TlsConversation.SCRATCH];
        }
        inflater.setInput(compressed, 0, n);
        try {
            int length = inflater.inflate(inflated);
            return length < inflated.length ? length : -1;
        } catch (DataFormatException e) {
            return -1;
        }
    }

    /** @param encrypted whether it came under protection */
    void read(Direction d, int type, byte[] data, int offset, int length, long frame, long nanos, boolean encrypted) {
        ContentType kind = ContentType.known(type);
        if (kind == null) {
            return; // RFC 8446 section 5: a type that does not exist says nothing
        }
        switch (kind) {
            case APPLICATION_DATA -> {
                if (!encrypted && d.macOnly == 0) {
                    report.note("application data of the " + TlsConversation.word(d.side) + " in frame " + frame
                            + " is not encrypted");
                }
                application(d, data, offset, length, frame, nanos);
            }
            case HANDSHAKE -> messages(d, data, offset, length, frame, nanos, encrypted);
            case ALERT -> alert(d, data, offset, length, frame);
            case CHANGE_CIPHER_SPEC -> {
                if (!follower.tls13()) {
                    follower.changeCipherSpec(d);
                }
            }
            case HEARTBEAT -> {} // says nothing that a person wants to know
        }
    }

    private void application(Direction d, byte[] data, int offset, int length, long frame, long nanos) {
        if (d.side == Side.CLIENT) {
            report.clientBytes += length;
            if (d.phase == Direction.Phase.EARLY) {
                report.earlyBytes += length;
            }
        } else {
            report.serverBytes += length;
        }
        if (length > 0) {
            listener.application(d.side, data, offset, length, frame, nanos);
        }
    }

    private void messages(Direction d, byte[] data, int offset, int length, long frame, long nanos, boolean encrypted) {
        if (sealed.waiting()) {
            follower.outOfOrder();
        }
        d.messages.add(data, offset, length);
        try {
            for (Optional<RawHandshake> raw = d.messages.next(); raw.isPresent(); raw = d.messages.next()) {
                follower.message(d, raw.get(), frame, nanos, encrypted);
                sealed.passed(raw.get().type());
            }
        } catch (TlsFormatException e) {
            report.note("the " + TlsConversation.word(d.side) + " sent a malformed handshake message in frame " + frame
                    + ": " + e.getMessage());
            d.messages = new HandshakeReassembler();
        }
        if (d.partial > 0 || d.messages.incomplete()) {
            countPartial(d, frame);
        }
    }

    /** A message that is not whole takes as much again while it grows. */
    private void countPartial(Direction d, long frame) {
        int now = 2 * d.messages.waiting();
        if (now > d.partial && !memory.take(now - d.partial)) {
            report.note("a handshake message of the " + TlsConversation.word(d.side) + " that was not whole in frame "
                    + frame
                    + " was given up: of all connections more is waiting than the limit of "
                    + HandshakeMemory.OF_ALL.value() + " " + HandshakeMemory.OF_ALL.name());
            d.messages = new HandshakeReassembler();
            follower.outOfOrder();
            now = 0;
        }
        if (now < d.partial) {
            memory.give(d.partial - now);
        }
        d.partial = now;
    }

    private void alert(Direction d, byte[] data, int offset, int length, long frame) {
        if (length != 2) {
            return;
        }
        Alert alert = new Alert(data[offset] & 0xff, data[offset + 1] & 0xff);
        if (report.alerts.size() < 16) {
            report.alerts.add(TlsConversation.word(d.side) + ": " + (alert.warning() ? "" : "fatal ") + alert.name()
                    + " (frame " + frame + ")");
        }
    }
}
