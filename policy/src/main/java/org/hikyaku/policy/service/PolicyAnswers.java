package org.hikyaku.policy.service;

import java.nio.charset.StandardCharsets;

/** Answers as they go over the wire. */
public final class PolicyAnswers {
    private PolicyAnswers() {}

    /**
     * The reply's payload: {@code OK dane}, {@code TEMP …}.
     *
     * @param tlsRpt as the map {@link PolicyService#QUERY_WITH_TLSRPT} gives it
     */
    public static String text(PolicyAnswer answer, boolean tlsRpt) {
        String framed = new String(SocketmapReply.of(answer, tlsRpt), StandardCharsets.US_ASCII);
        return framed.substring(framed.indexOf(':') + 1, framed.length() - 1);
    }
}
