package org.hikyaku.relay.local;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.hikyaku.smtp.Envelope;
import org.hikyaku.smtp.Envelope.Notify;
import org.hikyaku.smtp.Mailbox;

/**
 * The envelope of a mail that goes on to what an alias stands for. The sender stays who it was (RFC 5321 section 3.9.1), and
 * so do REQUIRETLS (Q15: this is relaying) and what the sender wants to be told, but for success where one recipient becomes
 * several: it is told of the expansion instead (RFC 3461 section 5.2.7.3).
 */
final class AliasEnvelope {
    private AliasEnvelope() {}

    static Envelope of(Envelope envelope, Envelope.Recipient recipient, List<Mailbox> targets) {
        Optional<Set<Notify>> when =
                targets.size() == 1 ? recipient.when() : recipient.when().map(AliasEnvelope::less);
        Optional<Envelope.Original> original =
                recipient.original().or(() -> Optional.of(Envelope.Original.of(recipient.address())));
        return new Envelope(
                envelope.sender(),
                targets.stream()
                        .distinct()
                        .map(t -> new Envelope.Recipient(t, when, original))
                        .toList(),
                envelope.returned(),
                envelope.id(),
                envelope.requireTls());
    }

    /** Of those who asked for success alone nothing is left: NEVER. */
    private static Set<Notify> less(Set<Notify> when) {
        Set<Notify> less = new HashSet<>(when);
        less.remove(Notify.SUCCESS);
        return less;
    }
}
