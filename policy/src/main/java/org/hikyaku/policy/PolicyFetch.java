package org.hikyaku.policy;

import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.hikyaku.x509.Certificate;

/**
 * One attempt to fetch a policy over HTTPS (RFC 8461 section 3.3).
 *
 * @param uri what was asked for
 * @param at when
 * @param chain the policy host's certificates as sent; empty when TLS did not get that far
 * @param body the text served, as it came; empty when there was none
 * @param warnings what is not as the RFC says but does not void the policy: sentences (S5)
 * @param result the policy, or why there is none
 */
public record PolicyFetch(
        URI uri, Instant at, List<Certificate> chain, Optional<String> body, List<String> warnings, Result result) {

    public PolicyFetch {
        chain = List.copyOf(chain);
        warnings = List.copyOf(warnings);
    }

    public sealed interface Result {
        record Served(StsPolicy policy) implements Result {}

        record NotServed(StsProblem problem) implements Result {}
    }
}
