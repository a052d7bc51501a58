package org.hikyaku.conformance.grade;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.hikyaku.conformance.serve.Sighting;
import org.hikyaku.tls.TlsVersion;

/**
 * One mail as it was offered to one server: MAIL, RCPT, and perhaps the mail itself.
 *
 * @param session over which connection
 * @param tls the version of TLS around MAIL; empty in clear
 * @param requireTls whether MAIL said REQUIRETLS
 * @param recipients the addresses of RCPT
 * @param taken whether the server took the mail
 */
record Offer(
        Sighting.Session session,
        Optional<TlsVersion> tls,
        boolean requireTls,
        List<String> recipients,
        boolean taken) {

    Offer {
        recipients = List.copyOf(recipients);
    }

    /** Whether it is the mail of a case: to its domain, and by the local part of its kind. */
    boolean isFor(String recipient) {
        return recipients.stream().anyMatch(r -> same(r, recipient));
    }

    /** Whether two addresses stand for the same case: any local part that names no special kind is an ordinary mail. */
    static boolean same(String one, String other) {
        return Probe.of(one) == Probe.of(other)
                && one.substring(one.lastIndexOf('@') + 1)
                        .equalsIgnoreCase(other.substring(other.lastIndexOf('@') + 1));
    }

    /** What was offered on one connection, from the commands that were seen there. */
    static List<Offer> of(List<? extends Sighting.OnSession> seen) {
        List<Offer> offers = new ArrayList<>();
        boolean open = false;
        for (Sighting.OnSession sighting : seen) {
            if (sighting instanceof Sighting.Command command) {
                switch (command.verb()) {
                    case "MAIL" -> {
                        offers.add(new Offer(
                                command.session(), command.tls(), saysRequireTls(command.line()), List.of(), false));
                        open = true;
                    }
                    case "RCPT" -> {
                        if (open) {
                            Offer last = offers.removeLast();
                            List<String> more = new ArrayList<>(last.recipients());
                            path(command.line()).ifPresent(more::add);
                            offers.add(new Offer(last.session(), last.tls(), last.requireTls(), more, last.taken()));
                        }
                    }
                    case "RSET", "EHLO", "HELO" -> open = false;
                    default -> {
                        // nothing that begins or ends a mail
                    }
                }
            } else if (sighting instanceof Sighting.MailTaken && open) {
                Offer last = offers.removeLast();
                offers.add(new Offer(last.session(), last.tls(), last.requireTls(), last.recipients(), true));
                open = false;
            }
        }
        return offers;
    }

    private static boolean saysRequireTls(String line) {
        int end = line.indexOf('>');
        for (String word : line.substring(Math.max(0, end + 1)).strip().split(" +")) {
            if (word.equalsIgnoreCase("REQUIRETLS")) {
                return true;
            }
        }
        return false;
    }

    /** The address between the angle brackets. */
    private static Optional<String> path(String line) {
        int open = line.indexOf('<');
        int close = line.indexOf('>', open);
        return open < 0 || close < 0 ? Optional.empty() : Optional.of(line.substring(open + 1, close));
    }
}
