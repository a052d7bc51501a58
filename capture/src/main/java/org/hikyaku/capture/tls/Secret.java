package org.hikyaku.capture.tls;

/**
 * A secret and where it comes from.
 *
 * @param source such as the name of a key log
 * @param line in the source, from 1; 0 when it has no lines
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Secret(byte[] value, String source, int line) {

    /** Such as {@code keys.log line 3}. */
    String origin() {
        return line > 0
                ? source.concat(" line ").concat(Integer.toString(line))
                : source; // once a session: plain calls
    }

    /** Never the secret. */
    @Override
    public String toString() {
        return origin();
    }
}
