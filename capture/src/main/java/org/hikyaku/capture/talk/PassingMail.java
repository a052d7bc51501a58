package org.hikyaku.capture.talk;

import java.util.List;

/** A mail whose bytes pass, or that waits for the server's answer. */
final class PassingMail {
    private final MailSink sink;
    private long size;
    private boolean complete = true;
    private boolean encrypted;
    private long frame;
    private long nanos;

    PassingMail(MailSink sink) {
        this.sink = sink;
    }

    void bytes(byte[] d, int offset, int length) {
        size += length;
        sink.bytes(d, offset, length);
    }

    long size() {
        return size;
    }

    /** Bytes of it are missing, or its end. */
    void broken() {
        complete = false;
    }

    /** No more bytes come. */
    void close(boolean insideTls, long lastFrame, long lastNanos) {
        encrypted = insideTls;
        frame = lastFrame;
        nanos = lastNanos;
    }

    void end(String from, List<String> recipients, boolean accepted) {
        sink.end(new Mail(from, recipients, size, encrypted, accepted, complete, frame, nanos));
    }
}
