package org.hikyaku.policy;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * The data of one TLSA record (RFC 6698 section 2.1), usable or not.
 *
 * @param usage certificate usage, 0 to 255
 * @param selector selector, 0 to 255
 * @param matchingType matching type, 0 to 255
 * @param data certificate association data
 */
@SuppressWarnings("ArrayRecordComponent") // copied in and out, compared by content
public record TlsaRecord(int usage, int selector, int matchingType, byte[] data) {

    public TlsaRecord {
        data = data.clone();
    }

    @Override
    public byte[] data() {
        return data.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TlsaRecord t
                && usage == t.usage
                && selector == t.selector
                && matchingType == t.matchingType
                && Arrays.equals(data, t.data);
    }

    @Override
    public int hashCode() {
        return ((usage * 31 + selector) * 31 + matchingType) * 31 + Arrays.hashCode(data);
    }

    /** Presentation form without inner spaces in the data: {@code 3 1 1 9f86…} (T3). */
    @Override
    public String toString() {
        return usage + " " + selector + " " + matchingType + " "
                + HexFormat.of().formatHex(data);
    }
}
