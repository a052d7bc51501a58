package org.hikyaku.conformance.attack;

import java.io.IOException;

/** What the attacker does with a connection that the sender opens. */
@FunctionalInterface
interface MailTrick {

    /** Called on a thread of its own; the caller closes the sender's end. */
    void meet(Meeting meeting) throws IOException;
}
