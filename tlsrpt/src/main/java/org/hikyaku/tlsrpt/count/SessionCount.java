package org.hikyaku.tlsrpt.count;

import java.time.LocalDate;
import java.util.Optional;
import org.hikyaku.tlsrpt.PolicyResult;

/**
 * Sessions under one policy, counted. A session that several policies applied to is counted under each of them, and never
 * under one that was not applied (T5).
 *
 * @param day the day of UTC on which the session ended (T10)
 * @param domain the recipient domain, in A-labels, lower case, without the last dot; the report goes to the addresses in
 *     its TLS-RPT record, and for DANE also to those of the TLSA base domain, which the policy names (T2)
 * @param record the text of the domain's TLS-RPT record when the session was counted, strings joined; empty when it is
 *     not known: then the record of the day of sending counts (T23)
 * @param result the policy, and the sessions that kept it or not with the kinds of failure; for one session
 *     {@code successful} and {@code failed} come to 1
 */
public record SessionCount(LocalDate day, String domain, Optional<String> record, PolicyResult result) {}
