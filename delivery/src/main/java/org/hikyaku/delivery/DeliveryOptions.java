package org.hikyaku.delivery;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Set;
import org.hikyaku.smtp.TransactionTimes;

/**
 * How deliveries go about it, whatever the destination.
 *
 * @param ehloName how we call ourselves
 * @param ownNames our names, in A-labels without final dots: an MX record that names one of them is ourselves
 * @param ownAddresses our addresses, likewise
 * @param port where MX hosts listen: 25, but in a laboratory
 * @param families which address families are used, and in which order
 * @param postQuantum whether the hybrid post-quantum key exchange is offered
 * @param times how long is waited
 * @param tries how much is tried
 * @param kept how connections are kept
 * @param concurrency how many deliveries go on at the same time
 */
public record DeliveryOptions(
        String ehloName,
        Set<String> ownNames,
        Set<InetAddress> ownAddresses,
        int port,
        Families families,
        boolean postQuantum,
        Times times,
        Tries tries,
        Kept kept,
        Concurrency concurrency) {

    public DeliveryOptions {
        ownNames = Set.copyOf(ownNames);
        ownAddresses = Set.copyOf(ownAddresses);
    }

    /** Which addresses are used. */
    public enum Families {
        /** One of each in turn, IPv6 first: one family that fails does not hold all up. */
        IPV6_FIRST,
        /** One of each in turn, IPv4 first. */
        IPV4_FIRST,
        IPV6_ONLY,
        IPV4_ONLY
    }

    /**
     * How long is waited.
     *
     * @param connect for a connection to stand
     * @param greeting for the greeting
     * @param command for the reply to EHLO, STARTTLS, AUTH
     * @param handshake for the TLS handshake
     * @param transaction for each step of a mail
     */
    public record Times(
            Duration connect, Duration greeting, Duration command, Duration handshake, TransactionTimes transaction) {

        /** Those of RFC 5321 section 4.5.3.2; 30 s for connection and handshake. */
        public static Times rfc5321() {
            return new Times(
                    Duration.ofSeconds(30),
                    Duration.ofMinutes(5),
                    Duration.ofMinutes(5),
                    Duration.ofSeconds(30),
                    TransactionTimes.rfc5321());
        }
    }

    /**
     * How much is tried for one mail in one go.
     *
     * @param hosts MX hosts: 20
     * @param addresses addresses in all: 20
     * @param transactions servers that the mail is offered to: 3
     */
    public record Tries(int hosts, int addresses, int transactions) {
        public static Tries usual() {
            return new Tries(20, 20, 3);
        }
    }

    /**
     * How connections are kept for the next mail.
     *
     * @param most connections kept in all; 0 keeps none
     * @param idle how long an unused one is kept
     * @param age how old one may get
     * @param mails how many mails go over one
     */
    public record Kept(int most, Duration idle, Duration age, int mails) {
        /** 200 in all, 5 s unused, 5 min old, 100 mails. */
        public static Kept usual() {
            return new Kept(200, Duration.ofSeconds(5), Duration.ofMinutes(5), 100);
        }

        /** None: each mail has a connection of its own. */
        public static Kept none() {
            return new Kept(0, Duration.ZERO, Duration.ZERO, 1);
        }
    }

    /**
     * How many deliveries go on at the same time.
     *
     * @param all in all: 500
     * @param first to one destination in the beginning: 5
     * @param most to one destination: 50
     */
    public record Concurrency(int all, int first, int most) {
        public static Concurrency usual() {
            return new Concurrency(500, 5, 50);
        }
    }

    /** The usual, for a server of this name. */
    public static DeliveryOptions usual(String ehloName) {
        return new DeliveryOptions(
                ehloName,
                Set.of(ehloName),
                Set.of(),
                25,
                Families.IPV6_FIRST,
                true,
                Times.rfc5321(),
                Tries.usual(),
                Kept.usual(),
                Concurrency.usual());
    }
}
