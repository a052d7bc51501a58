package org.hikyaku.relay.local;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import org.hikyaku.smtp.Mailbox;

/**
 * What the addresses of own domains are. In this order: an address for TLS reports; an alias of the address as it stands; a mailbox of that name; both
 * again without the subaddress ({@code name+anything}); postmaster, whom every domain has (RFC 5321 section 4.5.1); what the
 * domain's catch-all says. Upper and lower case are the same.
 *
 * @param domains own domains in A-labels and lower case
 * @param mailboxes whether there is a mailbox of this local part (lower case) in this domain
 * @param subaddress the character between a name and its subaddress
 * @param postmaster who reads postmaster's mail when no alias or mailbox of that name says it
 * @param reports addresses that TLS reports are taken in at
 */
public record LocalAddresses(
        Set<String> domains,
        Aliases aliases,
        BiPredicate<String, String> mailboxes,
        Map<String, Mailbox> catchAll,
        Optional<Character> subaddress,
        Optional<Mailbox> postmaster,
        Set<Mailbox> reports) {
    private static final String POSTMASTER = "postmaster";

    public LocalAddresses {
        domains = Set.copyOf(domains);
        catchAll = Map.copyOf(catchAll);
        reports = Set.copyOf(reports);
    }

    /** What an address comes to. */
    public sealed interface Meaning {
        /** A mailbox. */
        record Box(Mailbox name) implements Meaning {}

        /**
         * Other addresses.
         *
         * @param name the alias, as it is noted on the mail
         */
        record Alias(Mailbox name, List<Mailbox> targets) implements Meaning {
            public Alias {
                targets = List.copyOf(targets);
            }
        }

        /** Nothing. */
        record Nobody() implements Meaning {}

        /**
         * Where TLS reports are taken in.
         *
         * @param otherwise what the address is for mail without a report in it
         */
        record Reports(Meaning otherwise) implements Meaning {}
    }

    /** Whether a domain is ours. */
    public boolean owns(String domain) {
        return domains.contains(domain.toLowerCase(Locale.ROOT));
    }

    /** Whether mail for an address of an own domain is taken. */
    public boolean known(Mailbox address) {
        return !(find(address, Set.of()) instanceof Meaning.Nobody);
    }

    /**
     * What an address of an own domain is.
     *
     * @param followed aliases that the mail has been through, in lower case; they are not followed again
     */
    public Meaning find(Mailbox address, Set<String> followed) {
        Meaning usual = usual(address, followed);
        return reports.stream().anyMatch(r -> key(r).equals(key(address))) ? new Meaning.Reports(usual) : usual;
    }

    private Meaning usual(Mailbox address, Set<String> followed) {
        String domain = address.domain().toLowerCase(Locale.ROOT);
        String local = address.local().toLowerCase(Locale.ROOT);
        Optional<Meaning> meaning = exactly(local, domain, followed);
        int cut = subaddress
                .map(c -> local.startsWith("\"") ? -1 : local.indexOf(c))
                .orElse(-1);
        if (meaning.isEmpty() && cut > 0) {
            meaning = exactly(local.substring(0, cut), domain, followed);
        }
        if (meaning.isEmpty() && local.equals(POSTMASTER)) {
            Mailbox name = new Mailbox(POSTMASTER, domain);
            return postmaster
                    .filter(p -> !followed.contains(key(name)) && !key(p).equals(key(name)))
                    .<Meaning>map(p -> new Meaning.Alias(name, List.of(p)))
                    .orElseGet(() -> new Meaning.Box(name));
        }
        if (meaning.isEmpty()) {
            Mailbox all = catchAll.get(domain);
            Mailbox name = new Mailbox("*", domain);
            if (all != null && !followed.contains(key(name))) {
                return key(all).equals(local + "@" + domain)
                        ? new Meaning.Box(all)
                        : new Meaning.Alias(name, List.of(all));
            }
        }
        return meaning.orElseGet(Meaning.Nobody::new);
    }

    private Optional<Meaning> exactly(String local, String domain, Set<String> followed) {
        Mailbox name;
        try {
            name = new Mailbox(local, domain);
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // what stands before the subaddress is no address
        }
        if (!followed.contains(key(name))) {
            Optional<List<Mailbox>> targets = aliases.find(local, domain);
            if (targets.isPresent()) {
                return Optional.of(new Meaning.Alias(name, targets.get()));
            }
        }
        return mailboxes.test(local, domain) ? Optional.of(new Meaning.Box(name)) : Optional.empty();
    }

    static String key(Mailbox address) {
        return address.toString().toLowerCase(Locale.ROOT);
    }
}
