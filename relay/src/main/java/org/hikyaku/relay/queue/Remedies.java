package org.hikyaku.relay.queue;

import java.util.Optional;

/** What has to change, and at whose side, when a rule of {@code docs/rules.md} holds mail back. */
final class Remedies {
    private Remedies() {}

    /** What mends a refusal by this rule; empty where there is nothing to add to the reason itself. */
    static Optional<String> of(String rule) {
        return switch (rule) {
            case "D1" ->
                Optional.of("The receiving domain's name servers must answer look-ups, with signatures that are valid."
                        + " 'hikyaku dns DOMAIN MX' shows what is wrong. Mail goes out by itself once they do.");
            case "D2" ->
                Optional.of("The look-up of this MX host must succeed; another MX host of the domain is tried.");
            case "D9" ->
                Optional.of("The receiving domain publishes TLSA records and its server must therefore offer STARTTLS"
                        + " with a working handshake; else the domain must take the records back.");
            case "D10" ->
                Optional.of("The receiving domain must publish TLSA records that can be used, such as 3 1 1.");
            case "D11" ->
                Optional.of("The receiving server's key and the domain's TLSA records must agree: the domain publishes"
                        + " a record for the new key ('hikyaku tlsa make') or puts the old key back.");
            case "D12" ->
                Optional.of("The receiving server's certificate must lead to the authority in the TLSA record, be in"
                        + " date, and have the right name; the domain renews it or corrects the record.");
            case "D14" ->
                Optional.of("The receiving server must send the authority's certificate that its TLSA record names.");
            case "D19" ->
                Optional.of("The receiving domain's MX records must be signed with DNSSEC; or DANE is no longer"
                        + " demanded for it in the configuration here.");
            case "D22" -> Optional.of("The receiving domain's MX record must have a host name, not an address.");
            case "D25" -> Optional.of("The receiving domain must correct its TLSA record with the strongest digest.");
            case "D30" ->
                Optional.of("The receiving server must speak TLS 1.2 or later and show a certificate; its domain"
                        + " promises that by its TLSA records.");
            case "S7" ->
                Optional.of(
                        "The receiving domain's MTA-STS policy and its MX records must agree: the policy has to name"
                                + " this MX host, or the MX record has to go.");
            case "S8", "S10" ->
                Optional.of("The receiving server needs a valid certificate of a public authority for its own host"
                        + " name; its domain enforces that by MTA-STS.");
            case "S19" ->
                Optional.of("The receiving server must offer STARTTLS with a working handshake; its domain enforces"
                        + " that by MTA-STS.");
            case "S21" ->
                Optional.of("The receiving server must speak TLS 1.2 or later; its domain enforces that by MTA-STS.");
            case "Q3" ->
                Optional.of(
                        "The message demands REQUIRETLS: the receiving domain needs DNSSEC with DANE, or an enforced"
                                + " MTA-STS policy, and a server with a certificate that is right. Or the sender sends it anew"
                                + " without that demand.");
            case "Q6" ->
                Optional.of("The message demands REQUIRETLS: the receiving server must offer REQUIRETLS. Or the sender"
                        + " sends it anew without that demand.");
            case "Q7" ->
                Optional.of("The message demands REQUIRETLS: the receiving server must offer STARTTLS with a working"
                        + " handshake. Or the sender sends it anew without that demand.");
            case "L1" ->
                Optional.of("The receiving server must do as the level configured for it here says; or another level"
                        + " is configured here.");
            case "L2" ->
                Optional.of("The receiving server needs a valid certificate of a public authority for the name that the"
                        + " level configured here wants; or another level is configured here.");
            default -> Optional.empty();
        };
    }
}
