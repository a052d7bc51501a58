package org.hikyaku.capture;

import org.hikyaku.capture.tcp.Side;

/** Recognises where TLS begins, by content. */
final class TlsStart {
    /** Enough of a record to know a hello: the header, the message's type, its length. */
    private static final int ENOUGH = 9;

    /** Enough of a ClientHello in the shape of SSL 2.0: its length, type, version, and three lengths. */
    private static final int ENOUGH_SSL2 = 11;

    private static final int HEADER = 5;

    enum Match {
        NO,
        /** So far it may be: more bytes will tell. */
        PERHAPS,
        YES
    }

    private TlsStart() {}

    /** Whether a ClientHello, a ServerHello or an alert stands here. */
    static Match hello(Side side, byte[] d, int at, int end) {
        int n = end - at;
        int type = d[at] & 0xff;
        if (side == Side.CLIENT && type >= 0x80) {
            return ssl2(d, at, n);
        }
        boolean alert = side == Side.SERVER && type == 21;
        if (type != 22 && !alert) {
            return Match.NO;
        }
        if (n > 1 && d[at + 1] != 3 || n > 2 && (d[at + 2] < 0 || d[at + 2] > 4)) {
            return Match.NO;
        }
        if (n < ENOUGH - (alert ? 2 : 0)) {
            return Match.PERHAPS;
        }
        int length = (d[at + 3] & 0xff) << 8 | d[at + 4] & 0xff;
        if (alert) {
            return length == 2 && (d[at + 5] == 1 || d[at + 5] == 2) ? Match.YES : Match.NO;
        }
        byte hello = (byte) (side == Side.CLIENT ? 1 : 2);
        if (length > 0 && length < 4) {
            // The message's own header goes on in the next record.
            int next = at + HEADER + length;
            return d[at + HEADER] != hello
                    ? Match.NO
                    : n < HEADER + length + 2
                            ? Match.PERHAPS
                            : d[next] == 22 && d[next + 1] == 3 ? Match.YES : Match.NO;
        }
        int message = (d[at + 6] & 0xff) << 16 | (d[at + 7] & 0xff) << 8 | d[at + 8] & 0xff;
        boolean plausible = length >= 4 && length <= 16384 && message >= 34 && message <= 1 << 17;
        return plausible && d[at + HEADER] == hello ? Match.YES : Match.NO;
    }

    /** RFC 6101 appendix E.1: what a client says that speaks SSL 2.0 too, for a version of 3.0 or later. */
    private static Match ssl2(byte[] d, int at, int n) {
        if (n > 2 && d[at + 2] != 1 || n > 3 && d[at + 3] != 3 || n > 4 && (d[at + 4] < 0 || d[at + 4] > 3)) {
            return Match.NO;
        }
        if (n < ENOUGH_SSL2) {
            return Match.PERHAPS;
        }
        int length = (d[at] & 0x7f) << 8 | d[at + 1] & 0xff;
        int suites = (d[at + 5] & 0xff) << 8 | d[at + 6] & 0xff;
        int session = (d[at + 7] & 0xff) << 8 | d[at + 8] & 0xff;
        int challenge = (d[at + 9] & 0xff) << 8 | d[at + 10] & 0xff;
        boolean plausible = suites > 0
                && suites % 3 == 0
                && challenge >= 16
                && challenge <= 32
                && length == 9 + suites + session + challenge;
        return plausible ? Match.YES : Match.NO;
    }

    /** Whether a record of a connection under way seems to stand here: for captures that begin in the middle. */
    static boolean record(byte[] d, int at, int end) {
        if (end - at < 5) {
            return false;
        }
        int type = d[at] & 0xff;
        int length = (d[at + 3] & 0xff) << 8 | d[at + 4] & 0xff;
        boolean header = type >= 20
                && type <= 23
                && d[at + 1] == 3
                && d[at + 2] >= 1
                && d[at + 2] <= 3
                && length <= 16384 + 2048;
        int next = at + 5 + length;
        return header
                && length > 0
                && (next >= end || end - next < 3 || d[next] >= 20 && d[next] <= 23 && d[next + 1] == 3);
    }
}
