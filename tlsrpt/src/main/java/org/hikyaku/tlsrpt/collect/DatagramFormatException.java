package org.hikyaku.tlsrpt.collect;

/** A datagram that is none of libtlsrpt's. It is dropped, and counted as dropped. */
public final class DatagramFormatException extends Exception {
    private static final long serialVersionUID = 1L;

    /** @param sentence what is wrong with it */
    DatagramFormatException(String sentence) {
        super(sentence);
    }

    DatagramFormatException(String sentence, Throwable cause) {
        super(sentence, cause);
    }

    public String sentence() {
        return String.valueOf(getMessage());
    }
}
