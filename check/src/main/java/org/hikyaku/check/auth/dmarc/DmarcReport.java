package org.hikyaku.check.auth.dmarc;

import java.util.List;
import java.util.Optional;
import org.hikyaku.dns.Answer;
import org.xbill.DNS.Name;

/**
 * Which DMARC policy a domain is under (RFC 9989 section 4.10).
 *
 * @param domain whose mail it is about
 * @param discovery the record that applies
 * @param organisational the organisational domain, for alignment; empty when it is not known
 * @param walked the names whose {@code _dmarc} was asked for, in order
 * @param discarded names with more than one record, which counts as none
 * @param looksLike records that were perhaps meant as DMARC, with the reason why they are none, sentences
 * @param destinations where reports go outside of the organisational domain
 */
public record DmarcReport(
        Name domain,
        Discovery discovery,
        Optional<Name> organisational,
        List<Name> walked,
        List<Name> discarded,
        List<String> looksLike,
        List<Destination> destinations) {

    public DmarcReport {
        walked = List.copyOf(walked);
        discarded = List.copyOf(discarded);
        looksLike = List.copyOf(looksLike);
        destinations = List.copyOf(destinations);
    }

    /** The record that applies. */
    public sealed interface Discovery {
        /** @param at the name that holds it, without {@code _dmarc} */
        record Found(Name at, DmarcRecord record, Place place) implements Discovery {
            /** What the domain's own mail is under, before {@code t}. */
            public DmarcPolicy policy() {
                return place == Place.OWN ? record.own() : record.subdomains();
            }

            /** What it comes to. */
            public DmarcPolicy effective() {
                return record.testing() ? policy().oneLevelMilder() : policy();
            }
        }

        /** DMARC does not apply. */
        record None() implements Discovery {}

        /** A look-up on the way failed, or its answer is bogus. */
        record NotKnown(Answer answer) implements Discovery {}
    }

    /** Whose record it is. */
    public enum Place {
        OWN,
        ORGANISATIONAL,
        PUBLIC_SUFFIX
    }

    /**
     * A domain outside that is to get reports.
     *
     * @param tag {@code rua} or {@code ruf}
     * @param host of the address
     * @param owner where its agreement is looked for
     */
    public record Destination(String tag, String uri, Name host, Name owner, Agreement agreement) {}

    /** Whether a destination takes the reports. */
    public enum Agreement {
        YES,
        NO,
        NOT_KNOWN
    }
}
