package org.hikyaku.policy.service;

import org.hikyaku.net.Limit;

/** Replies of the socketmap protocol, framed. */
final class SocketmapReply {
    /** Postfix's own limit, {@code socketmap_max_reply_size}. */
    static final Limit MAX_REPLY = new Limit("bytes in a socketmap reply", 100_000);

    private static final int LONGEST_REASON = 500;
    private static final int ROOM = "OK ".length();

    private static final byte[] NOT_FOUND = Netstring.of("NOTFOUND ");
    private static final byte[] DANE = Netstring.of("OK dane");
    private static final byte[] DANE_ONLY = Netstring.of("OK dane-only");

    private SocketmapReply() {}

    /** @param tlsRpt with what Postfix 3.10 and later puts into reports */
    static byte[] of(PolicyAnswer answer, boolean tlsRpt) {
        return switch (answer) {
            case PolicyAnswer.NotFound _ -> NOT_FOUND;
            case PolicyAnswer.DaneOnly _ -> DANE_ONLY;
            case PolicyAnswer.Dane dane ->
                tlsRpt && dane.unavailable().isPresent()
                        ? Netstring.of(
                                "OK " + PolicyText.withTlsRpt(dane.unavailable().get()))
                        : DANE;
            case PolicyAnswer.Secure secure -> {
                int most = (int) MAX_REPLY.value() - ROOM;
                String text = tlsRpt ? PolicyText.withTlsRpt(secure, most) : PolicyText.plain(secure);
                // a policy file has at most 64 KiB, and what is said of its patterns is shorter than they are
                yield Netstring.of("OK " + text);
            }
            case PolicyAnswer.Temp temp -> temporary(temp.why());
        };
    }

    /** Postfix keeps the mail and asks again. */
    static byte[] temporary(String why) {
        return Netstring.of("TEMP " + line(why));
    }

    /** It took too long; Postfix asks again. */
    static byte[] timeout(String why) {
        return Netstring.of("TIMEOUT " + line(why));
    }

    /** A mistake in the configuration of whoever asks. */
    static byte[] permanent(String why) {
        return Netstring.of("PERM " + line(why));
    }

    private static String line(String text) {
        StringBuilder line = new StringBuilder();
        text.codePoints().limit(LONGEST_REASON).forEach(c -> line.append(c >= ' ' && c < 0x7F ? (char) c : '?'));
        return line.toString();
    }
}
