package org.hikyaku.relay.receive;

import java.util.Optional;
import org.hikyaku.smtp.Mailbox;

/** From which addresses mail may be handed in (RFC 6409 section 6.1). */
@FunctionalInterface
public interface SenderRule {
    /**
     * Whether an address may be the sender.
     *
     * @param user who hands the mail in; empty for one who is trusted without a name: by network, or by an authority's certificate
     * @param address with the domain in A-labels and lower case
     */
    boolean allows(Optional<String> user, Mailbox address);

    /** Everybody may send as anybody. */
    static SenderRule any() {
        return (_, _) -> true;
    }
}
