package org.hikyaku.tls;

/** Protocol versions, oldest first. */
public enum TlsVersion {
    SSLV2(0x0002, "SSLv2"),
    SSLV3(0x0300, "SSLv3"),
    TLSV1_0(0x0301, "TLSv1.0"),
    TLSV1_1(0x0302, "TLSv1.1"),
    TLSV1_2(0x0303, "TLSv1.2"),
    TLSV1_3(0x0304, "TLSv1.3");

    private final int code;
    private final String title;

    TlsVersion(int code, String title) {
        this.code = code;
        this.title = title;
    }

    /** The number on the wire. */
    public int code() {
        return code;
    }

    public String title() {
        return title;
    }

    public boolean atLeast(TlsVersion other) {
        return compareTo(other) >= 0;
    }
}
