package org.hikyaku.tlsrpt.count;

import java.util.Optional;
import org.hikyaku.net.Limit;
import org.hikyaku.tlsrpt.Failure;

/**
 * Where failures go that differ in too many ways: whoever sends us to a thousand addresses must not make our report of a
 * thousand entries into one of a million. The result type is kept, so that the sums by type stay right.
 */
final class Others {
    /** For one domain, record, policy and day. */
    static final Limit MAX_DISTINCT = new Limit("kinds of failure of one policy in a day", 1_000);

    /** What a server says of itself has no bound of its own. */
    static final Limit MAX_TEXT = new Limit("characters in a text of a failure", 500);

    private Others() {}

    /** The kind that stands for all further ones of the same result type. */
    static Failure of(Failure one) {
        return new Failure(
                one.type(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of("others: more than " + MAX_DISTINCT.value() + " " + MAX_DISTINCT.name()));
    }

    /** The same kind with its texts cut. */
    static Failure bounded(Failure one) {
        return new Failure(
                one.type(),
                cut(one.sendingMtaIp()),
                cut(one.mxHostname()),
                cut(one.mxHelo()),
                cut(one.receivingIp()),
                cut(one.additionalInformation()),
                cut(one.reasonCode()));
    }

    private static Optional<String> cut(Optional<String> text) {
        return text.map(t -> cut(t, (int) MAX_TEXT.value()));
    }

    /** The text cut, and fit for every database: PostgreSQL takes no zero. */
    static String cut(String text, int most) {
        String clean = text.replace('\0', '?');
        return clean.length() <= most ? clean : clean.substring(0, most);
    }
}
