package org.hikyaku.capture.tls;

import org.hikyaku.tls.wire.BulkCipher;
import org.hikyaku.tls.wire.HandshakeType;
import org.hikyaku.tls.wire.TlsFormatException;

/** What a handshake comes to when bytes of it are missing, or are not what they should be. */
final class HandshakeGaps {
    /** Characters of an answer that is not TLS that are told. */
    private static final int ANSWER = 60;

    private final TlsReport report;
    private final Direction client;
    private final Direction server;

    /** What the server said in clear after the client began TLS. */
    private String answer = "";

    HandshakeGaps(TlsReport report, Direction client, Direction server) {
        this.report = report;
        this.client = client;
        this.server = server;
    }

    void lost(Handshake handshake, Direction d, RecordSink.Loss loss) {
        report.lostBytes += loss.bytes();
        d.broken = true;
        if (!handshake.complete()) {
            handshake.loseTranscript();
        }
        boolean running = handshake.suite != null && handshake.suite.cipher().mode() == BulkCipher.Mode.STREAM
                || d.inflater != null;
        if (d.protection != null && running && d.assembler.searching()) {
            report.darken(
                    Dark.Reason.BYTES_LOST,
                    missing(d, loss) + ", and this cipher's state runs on over what was lost: what the "
                            + TlsConversation.word(d.side) + " sent behind them stays dark");
            d.seal();
        }
        if (loss.bytes() > 0) {
            report.note(missing(d, loss));
        }
        if (handshake.clientHello == null && d == client || !handshake.settled() && d == server) {
            boolean hello = d == client;
            String what = hello ? "ClientHello" : "ServerHello";
            if (loss.cut()) {
                report.darken(
                        Dark.Reason.SNAPLEN,
                        "the snapshot length cut the " + what + " (frame " + loss.frame() + " lacks " + loss.bytes()
                                + " bytes): capture whole packets (tcpdump -s 0)");
            } else {
                report.darken(
                        hello ? Dark.Reason.CLIENT_HELLO_MISSING : Dark.Reason.SERVER_HELLO_MISSING,
                        "the " + what + " is not in the capture"
                                + (loss.bytes() > 0 ? ": " + loss.bytes() + " bytes are missing" : "")
                                + " before frame " + loss.frame());
            }
        }
    }

    private static String missing(Direction d, RecordSink.Loss loss) {
        return loss.bytes() + " bytes of the " + TlsConversation.word(d.side) + " are missing at offset "
                + loss.offset() + " of its TLS, before frame " + loss.frame();
    }

    /** Kept until it is known that no hello comes behind it: packets overtake each other. */
    void clear(Direction d, byte[] data, int offset, int length, long frame) {
        if (answer.isEmpty() && d == server) {
            StringBuilder begin = new StringBuilder();
            for (int i = offset; i < offset + Math.min(length, ANSWER) && data[i] != '\r' && data[i] != '\n'; i++) {
                begin.append(data[i] >= ' ' && data[i] < 0x7f ? (char) data[i] : '.');
            }
            answer = "'" + begin + "' (frame " + frame + ")";
        }
    }

    /** A message cannot be read. */
    void malformed(Handshake handshake, Direction d, int type, long frame, TlsFormatException why) {
        String sentence = "the " + TlsConversation.word(d.side) + "'s " + HandshakeType.name(type) + " in frame "
                + frame + " is malformed: " + why.getMessage();
        report.note(sentence);
        if (type == HandshakeType.CLIENT_HELLO && handshake.clientHello == null
                || type == HandshakeType.SERVER_HELLO && !handshake.settled()) {
            report.darken(Dark.Reason.MALFORMED, sentence); // and not: it is not in the capture
        }
        handshake.loseTranscript();
    }

    /** All connections together keep too much for one more long message. */
    void tooMuch(Handshake handshake, Direction d, int type, long frame) {
        String sentence =
                "the " + TlsConversation.word(d.side) + "'s " + HandshakeType.name(type) + " in frame " + frame
                        + " was passed over: of all connections more is waiting than the limit of "
                        + HandshakeMemory.OF_ALL.value() + " " + HandshakeMemory.OF_ALL.name();
        report.note(sentence);
        if (type == HandshakeType.CLIENT_HELLO && handshake.clientHello == null
                || type == HandshakeType.SERVER_HELLO && !handshake.settled()) {
            report.darken(Dark.Reason.BYTES_LOST, sentence);
        }
        handshake.loseTranscript();
    }

    /** Both directions have ended. */
    void finish(Handshake handshake) {
        boolean noHello = report.dark == null || report.dark.reason() == Dark.Reason.SERVER_HELLO_MISSING;
        if (noHello && handshake.clientHello != null && !handshake.settled() && !answer.isEmpty()) {
            report.dark = new Dark(
                    Dark.Reason.NOT_TLS,
                    "the server answers the ClientHello with something that is not TLS: " + answer);
        }
        if (report.dark != null || report.keyOrigin != null) {
            return;
        }
        if (handshake.clientHello == null) {
            report.darken(Dark.Reason.CLIENT_HELLO_MISSING, "the ClientHello is not in the capture");
        } else if (!handshake.settled()) {
            report.darken(
                    report.alerts.isEmpty() ? Dark.Reason.SERVER_HELLO_MISSING : Dark.Reason.ENDED_EARLY,
                    report.alerts.isEmpty()
                            ? "no ServerHello came: the connection ended, or the capture lacks it"
                            : "the handshake was given up: " + report.alerts.getFirst());
        } else {
            report.darken(
                    Dark.Reason.ENDED_EARLY,
                    report.alerts.isEmpty()
                            ? "the connection ended within the handshake, before anything was encrypted"
                            : "the handshake was given up: " + report.alerts.getFirst());
        }
    }
}
