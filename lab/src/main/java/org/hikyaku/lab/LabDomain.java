package org.hikyaku.lab;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.xbill.DNS.Name;

/**
 * One domain of the lab: its one property or flaw, and what a correct judgement of it is.
 *
 * @param name the domain, absolute, in A-labels
 * @param about the property or flaw, one sentence
 * @param rules the rules that it shows, by number
 * @param judgement the correct judgement, one sentence
 * @param expectation the correct judgement as data
 * @param setup how the lab builds it
 * @param later what becomes of it when the lab moves on; empty where it stays as it is
 */
public record LabDomain(
        Name name,
        String about,
        List<String> rules,
        String judgement,
        Expectation expectation,
        Setup setup,
        Optional<Later> later) {

    public LabDomain {
        rules = List.copyOf(rules);
    }

    /** The domain without its final dot, as a person writes it. */
    public String text() {
        return name.toString(true);
    }

    /**
     * How the lab builds the domain; the catalogue's head explains each part.
     *
     * @param exists false for a domain that is not there
     * @param zone the zone that holds it
     * @param mx the MX records as "PREFERENCE NAME"; empty for one for each host
     * @param reports the host that takes TLS reports by HTTPS
     * @param auth who may send in its name and issue for its hosts
     */
    public record Setup(
            boolean exists,
            Name zone,
            Optional<List<String>> mx,
            List<Host> hosts,
            List<String> records,
            Optional<Sts> sts,
            Optional<List<String>> tlsrpt,
            Optional<Reports> reports,
            MailAuthRecords auth,
            List<Trouble> trouble) {}

    /**
     * What a domain has become when the lab has moved on ({@link Lab#moveOn}): for rules about what a sender remembers.
     *
     * @param setup how the lab builds it then; addresses, zone and certificates' keys stay
     * @param mail what becomes of another mail by a correct sender that has delivered one before
     * @param restarted whether that is to be seen after a restart of the sender
     * @param judgement why, one sentence
     */
    public record Later(Setup setup, Expectation.Fate mail, boolean restarted, String judgement) {
        /** How long what was told of such a domain before may be remembered by resolvers. */
        public static final Duration TTL = Duration.ofSeconds(ZoneBuilder.SHORT_TTL);
    }

    /**
     * One mail host.
     *
     * @param pointer what the PTR records of its addresses name; empty when there are none
     */
    public record Host(
            Name name,
            List<Address> addresses,
            Optional<Name> alias,
            Cert cert,
            Optional<String> certName,
            Smtp smtp,
            RequireTls requireTls,
            List<Tlsa> tlsa,
            Name tlsaOwner,
            Optional<Name> pointer) {

        /** The name that holds the addresses. */
        Name addressOwner() {
            return alias.orElse(name);
        }

        /** The name in the certificate. */
        String certificateName() {
            return certName.orElse(name.toString(true));
        }
    }

    /** Family of an address, and what becomes of connections to it. */
    public enum Address {
        V4,
        V6,
        V4_REFUSED,
        V6_REFUSED,
        V4_DROPPED,
        V6_DROPPED;

        boolean isV6() {
            return this == V6 || this == V6_REFUSED || this == V6_DROPPED;
        }

        Reach reach() {
            return switch (this) {
                case V4, V6 -> Reach.OPEN;
                case V4_REFUSED, V6_REFUSED -> Reach.REFUSED;
                case V4_DROPPED, V6_DROPPED -> Reach.DROPPED;
            };
        }
    }

    /** What becomes of a connection to a port. */
    enum Reach {
        OPEN,
        REFUSED,
        DROPPED
    }

    /** Kinds of certificate. */
    public enum Cert {
        TRUSTED,
        WITH_ROOT,
        SELF_SIGNED,
        PRIVATE_CA,
        EXPIRED,
        EXPIRING,
        WRONG_NAME,
        CN_ONLY,
        NO_INTERMEDIATE,
        WRONG_ORDER
    }

    /** How a mail server behaves. */
    public enum Smtp {
        NORMAL,
        NO_STARTTLS,
        STARTTLS_454,
        GARBAGE,
        TLS10,
        GREETING_554,
        /** Asks the client for a certificate, and goes on without one. */
        ASKS_CERTIFICATE
    }

    /** Whether a mail server offers REQUIRETLS (RFC 8689). */
    public enum RequireTls {
        NO,
        /** Inside TLS, as it should. */
        OFFERED,
        /** In clear text alone: what comes after STARTTLS has it no more. */
        CLEAR_ONLY,
        /** In clear text too, where it means nothing. */
        ALWAYS,
        /** Inside TLS, and then each mail that asks for it is refused. */
        REFUSED;

        boolean offered(boolean insideTls) {
            return switch (this) {
                case NO -> false;
                case OFFERED, REFUSED -> insideTls;
                case CLEAR_ONLY -> !insideTls;
                case ALWAYS -> true;
            };
        }
    }

    /** One TLSA record; {@code of} is leaf, intermediate, root, private-ca, other, or data in hex. */
    public record Tlsa(int usage, int selector, int matchingType, String of) {}

    /** An MTA-STS policy and its host. */
    public record Sts(
            String mode,
            Optional<List<String>> mx,
            long maxAge,
            String id,
            Optional<List<String>> record,
            Optional<String> body,
            int status,
            Optional<String> location,
            String contentType,
            boolean lineFeedsOnly,
            Optional<Integer> size,
            Cert cert,
            PolicyAddress address) {}

    /**
     * The host {@code reports} of a domain, which takes TLS reports by HTTPS.
     *
     * @param status how it answers a POST
     */
    public record Reports(Cert cert, int status) {}

    /** Whether the policy host can be reached. */
    public enum PolicyAddress {
        V4,
        REFUSED,
        DROPPED,
        ABSENT
    }

    /** A question that goes wrong. */
    public record Trouble(Name name, int type, Kind kind) {
        /** What goes wrong. */
        public enum Kind {
            SERVFAIL,
            REFUSED,
            TIMEOUT,
            CORRUPT,
            UNSIGNED,
            NO_DENIAL
        }
    }
}
