package org.hikyaku.net;

/**
 * A bound with a name, so that an error can say which number was exceeded and where to change it.
 *
 * @param name what is bounded, in words that fit after "limit of": {@code "bytes in an SMTP reply line"}
 * @param value the largest value allowed, inclusive
 */
public record Limit(String name, long value) {

    /** Throws when the amount is past the limit. */
    public void check(long amount) throws LimitExceededException {
        if (amount > value) {
            throw new LimitExceededException(this);
        }
    }
}
