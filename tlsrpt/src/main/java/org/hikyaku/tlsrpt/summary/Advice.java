package org.hikyaku.tlsrpt.summary;

import java.util.Arrays;
import java.util.Optional;
import org.hikyaku.policy.ResultType;
import org.hikyaku.tlsrpt.PolicyType;

/** What mends a kind of failure, in a sentence or two. */
final class Advice {

    private Advice() {}

    /**
     * @param type as in the report
     * @param mx the MX host, where the report names one
     */
    static String of(String type, PolicyType policy, String domain, Optional<String> mx) {
        String host = mx.orElse("the MX host");
        return Arrays.stream(ResultType.values())
                .filter(t -> t.token().equalsIgnoreCase(type))
                .findFirst()
                .map(t -> of(t, policy, domain, host))
                .orElseGet(() -> "\"" + type + "\" is no result type of RFC 8460; look into the report for more.");
    }

    private static String of(ResultType type, PolicyType policy, String domain, String host) {
        return switch (type) {
            case STARTTLS_NOT_SUPPORTED ->
                "Turn on STARTTLS on " + host + " (Postfix: smtpd_tls_security_level = may). If it is on, something"
                        + " between the senders and " + host + " takes it away: a firewall, or an attacker.";
            case CERTIFICATE_HOST_MISMATCH ->
                "Give " + host + " a certificate with that name as subjectAltName, or name in the MX records the host"
                        + " that the certificate is for.";
            case CERTIFICATE_EXPIRED ->
                "Renew the certificate of " + host + " and reload the mail server, which may still show the old one.";
            case CERTIFICATE_NOT_TRUSTED ->
                policy == PolicyType.TLSA
                        ? "Have " + host + " send the certificate that its TLSA record with usage 2 names, and all"
                                + " between that one and its own."
                        : "Have " + host + " send its whole chain, the intermediate certificates too, of a public"
                                + " authority: MTA-STS takes no other.";
            case VALIDATION_FAILURE ->
                "TLS with " + host + " failed in a way that has no name of its own; the reasons below say more."
                        + " 'hikyaku probe " + host + ":25' shows what the server offers.";
            case TLSA_INVALID ->
                "The TLSA records of " + host + " do not fit its certificate: publish the record of its present key"
                        + " ('hikyaku tlsa make --server " + host + "' prints it), and leave the old one until its"
                        + " TTL has passed.";
            case DNSSEC_INVALID ->
                "Senders cannot validate the DNS of " + host + ": 'hikyaku dns " + host + " A' tells which signature"
                        + " or key is wrong.";
            case DANE_REQUIRED ->
                "The sender insists on DANE for " + domain + ", and " + host + " has no TLSA record that can be used:"
                        + " publish one ('hikyaku tlsa make'), in a signed zone.";
            case STS_POLICY_FETCH_ERROR ->
                "https://mta-sts." + domain + "/.well-known/mta-sts.txt could not be fetched: 'hikyaku mta-sts check "
                        + domain + "' tells why. Senders who know no policy yet deliver without one meanwhile.";
            case STS_POLICY_INVALID ->
                "The policy at https://mta-sts." + domain + "/.well-known/mta-sts.txt is not valid: 'hikyaku mta-sts"
                        + " check " + domain + "' tells what to change.";
            case STS_WEBPKI_INVALID ->
                "The certificate of mta-sts." + domain + " is not good: it must be of a public authority, not"
                        + " expired, and carry that name.";
        };
    }
}
