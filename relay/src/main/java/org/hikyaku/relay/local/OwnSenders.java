package org.hikyaku.relay.local;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import org.hikyaku.relay.local.LocalAddresses.Meaning;
import org.hikyaku.smtp.Mailbox;

/**
 * Which addresses are a user's own (RFC 6409 section 6.1): the one that the user is called by, its subaddresses, and aliases whose
 * mail comes to the user among others. A user whose name is no address has that local part in each own domain.
 *
 * @param addresses as they are now
 */
public record OwnSenders(Supplier<LocalAddresses> addresses) {
    /** An alias that leads over more addresses than this is looked at no further. */
    private static final int MOST = 1000;

    /** Whether mail to this address is the user's. */
    public boolean owns(String user, Mailbox address) {
        LocalAddresses known = addresses.get();
        String name = user.toLowerCase(Locale.ROOT);
        Set<String> followed = new HashSet<>();
        Deque<Mailbox> open = new ArrayDeque<>(List.of(address));
        for (int i = 0; i < MOST && !open.isEmpty(); i++) {
            Mailbox one = open.remove();
            if (named(known, name, one)) {
                return true;
            }
            if (known.owns(one.domain())) {
                look(known.find(one, followed), open, followed);
            }
        }
        return false;
    }

    private static void look(Meaning meaning, Deque<Mailbox> open, Set<String> followed) {
        switch (meaning) {
            case Meaning.Box box -> {
                if (followed.add(LocalAddresses.key(box.name()))) {
                    open.add(box.name());
                }
            }
            case Meaning.Alias alias -> {
                if (followed.add(LocalAddresses.key(alias.name()))) {
                    open.addAll(alias.targets());
                }
            }
            case Meaning.Reports reports -> look(reports.otherwise(), open, followed);
            case Meaning.Nobody _ -> {
                // nobody's, and so not this user's
            }
        }
    }

    private static boolean named(LocalAddresses known, String name, Mailbox address) {
        return LocalAddresses.key(address).equals(name)
                || name.indexOf('@') < 0
                        && known.owns(address.domain())
                        && address.local().toLowerCase(Locale.ROOT).equals(name);
    }
}
