package org.hikyaku.tlsrpt.receive;

import java.time.Instant;
import java.util.Optional;
import org.hikyaku.tlsrpt.Report;

/**
 * A report that was taken in.
 *
 * @param id our own name for it, hexadecimal
 * @param received when it came
 * @param via how it came
 * @param signer the domain whose signature on the mail is good; empty where there was none to check: then what the report
 *     says of its sender is a claim
 * @param report what it says
 */
public record ReceivedReport(String id, Instant received, Via via, Optional<String> signer, Report report) {

    /** Who it is from: the domain that signed it, or else what it says of itself. */
    public String sender() {
        return signer.or(report::organization).or(report::contact).orElse("unknown");
    }
}
