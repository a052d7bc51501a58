package org.hikyaku.dns;

import org.xbill.DNS.Message;

/** What a plain resolver had to say. */
public sealed interface Reply {

    /** A well-formed response to the question that was asked: any RCODE but SERVFAIL and REFUSED. */
    record Received(Message message) implements Reply {}

    /** No response that could be used. */
    record Unusable(Failure failure) implements Reply {}
}
